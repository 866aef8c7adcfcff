//! Answers with a pointer of a hundred thousand steps, and with copies that nest the document in itself as deep.

use amend_guest::{Operation, Patch, Refusal, Value, json};

amend_guest::updater!(update);

#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what the SDK hands over"
)]
fn update(_: Option<Value>, args: Value) -> Result<Patch, Refusal> {
    if args["as"] == "pointer" {
        return Patch::operations([Operation::add("/a".repeat(100_000), 1)]);
    }
    // Each puts the whole chain at its own end.
    let mut end = "/a/a".to_owned();
    let mut operations = vec![Operation::add("", json!({"a": {}}))];
    for _ in 0..17 {
        operations.push(Operation::copy("", end.as_str()));
        end = end.repeat(2);
    }
    Patch::operations(operations)
}

fn main() {}
