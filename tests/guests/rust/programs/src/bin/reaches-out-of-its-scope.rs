//! Looks for what stands beside its scope, and guesses what it might be: its argument.

use amend_guest::{Operation, Patch, Value, store};
use amend_hostile_programs::tell;

const DOCUMENT: &str = "state/app.json";

fn main() {
    let guess = std::env::args().nth(1).unwrap_or_default();
    for pointer in [
        "",
        "/",
        "-",
        "~",
        "/-",
        "/~",
        "/~0",
        "/..",
        "/secret",
        "/../secret",
        "/mine/secret",
        "../secret",
        "/list/-",
        "/list/../../secret",
        "/list/-1",
        "/a/../../secret",
        "/./../secret",
    ] {
        tell(&format!("read {pointer}"), &store::read(DOCUMENT, pointer));
        if !pointer.contains("secret") {
            continue;
        }
        let (from, path) = (pointer.to_owned(), "/stolen".to_owned());
        let copy = Operation::Copy {
            from: from.clone(),
            path: path.clone(),
        };
        attempt("copy", copy);
        attempt("move", Operation::Move { from, path });
        attempt("remove", Operation::remove(pointer));
        attempt(
            "replace",
            Operation::Replace {
                path: pointer.to_owned(),
                value: Value::Null,
            },
        );
        attempt("test", Operation::test(pointer, guess.as_str()));
        attempt("test for null", Operation::test(pointer, Value::Null));
    }
    // Which version the whole document has would tell a guess from the truth as well.
    let whole = Patch::Merge("{}".to_owned());
    tell("nothing", &store::update(DOCUMENT, whole));
}

fn attempt(what: &str, operation: Operation) {
    let patch = Patch::operations([operation]).expect("it is JSON");
    tell(what, &store::update(DOCUMENT, patch));
}
