//! Answers with arrays or objects in each other, a hundred thousand deep: as the kind of patch that its arguments say.
//! It goes past the SDK, which would refuse some of them itself.

use amend_guest::__private::{Guest, Patch, export};

const DEPTH: usize = 100_000;

struct Nests;

impl Guest for Nests {
    fn update(_: Option<String>, args: String) -> Result<Option<Patch>, String> {
        let arrays = "[".repeat(DEPTH) + &"]".repeat(DEPTH);
        let objects = r#"{"a":"#.repeat(DEPTH) + "1" + &"}".repeat(DEPTH);
        let operation = |op, value| {
            Patch::Operations(format!(r#"[{{"op":"{op}","path":"","value":{value}}}]"#))
        };
        Ok(Some(match args.as_str() {
            "\"replace\"" => Patch::Replace(arrays),
            "\"merge\"" => Patch::Merge(objects),
            "\"add\"" => operation("add", arrays),
            "\"test\"" => operation("test", objects),
            // It is the patch itself that is deep, and no patch at all.
            _ => Patch::Operations(arrays),
        }))
    }
}

export!(Nests with_types_in amend_guest::bindings);

fn main() {}
