//! Answers with arrays or objects in each other, a hundred thousand deep: as the kind of patch that its arguments say.

use amend_guest::{Patch, Refusal, Value};

amend_guest::updater!(update);

const DEPTH: usize = 100_000;

fn update(_: Option<Value>, args: Value) -> Result<Patch, Refusal> {
    let arrays = "[".repeat(DEPTH) + &"]".repeat(DEPTH);
    let objects = r#"{"a":"#.repeat(DEPTH) + "1" + &"}".repeat(DEPTH);
    Ok(match args["as"].as_str().unwrap_or_default() {
        "replace" => Patch::Replace(arrays),
        "merge" => Patch::Merge(objects),
        "value" => Patch::Operations(format!(r#"[{{"op":"add","path":"/a","value":{arrays}}}]"#)),
        "test" => Patch::Operations(format!(r#"[{{"op":"test","path":"","value":{objects}}}]"#)),
        // It is the patch itself that is deep, and no patch at all.
        _ => Patch::Operations(arrays),
    })
}

fn main() {}
