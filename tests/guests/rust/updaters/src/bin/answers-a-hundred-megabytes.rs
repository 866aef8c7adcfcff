//! Answers with a hundred megabytes of JSON that it has really made.

use amend_guest::{Patch, Refusal, Value};

amend_guest::updater!(update);

fn update(_: Option<Value>, _: Value) -> Result<Patch, Refusal> {
    let mut text = String::with_capacity(100 << 20);
    text.push('"');
    text.extend(std::iter::repeat_n("amend ", (100 << 20) / 6 - 1));
    text.push('"');
    Ok(Patch::Replace(text))
}

fn main() {}
