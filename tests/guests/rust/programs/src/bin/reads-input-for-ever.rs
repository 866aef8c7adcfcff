//! Reads its input to an end that never comes.

use std::io::{copy, sink, stdin};

fn main() {
    copy(&mut stdin(), &mut sink()).expect("it can be read");
}
