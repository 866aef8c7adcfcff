//! Prints for ever, and stops for nothing: not even when nobody reads.

use std::io::{Write, stdout};

fn main() {
    let line = [b'y'; 4096];
    loop {
        let _ = stdout().write_all(&line);
    }
}
