//! Asks for everything that is no document of its grants, by every name that might lead there.

use amend_guest::{Patch, json, store};
use amend_hostile_programs::tell;

fn main() {
    let long = "n".repeat(1 << 20);
    let names = [
        "",
        ".",
        "..",
        "/",
        "app.json",
        "./app.json",
        "/etc/passwd",
        "../secret.json",
        "other/app.json",
        "STATE/app.json",
        "state\0/app.json",
        "./state/app.json",
        "state",
        "state/",
        "state/.",
        "state/..",
        "state/../secret.json",
        "state/inner/../../secret.json",
        "state/inner/../app.json",
        "state/./../granted/app.json",
        "state//etc/passwd",
        "state/app.json/",
        "state/app.json\0",
        "state/app.json.lock",
        "state/inner/app.json.lock",
        "state/.amend-0123456789abcdef0123456789abcdef.tmp",
        &long,
        &format!("state/{long}"),
        &format!("{long}/app.json"),
    ];
    for name in names {
        tell("read", &store::read(name, ""));
        tell("update", &store::update(name, patch()));
        tell("update-if", &store::update_if(name, patch(), None));
        tell("apply", &store::apply(name, "counter", &json!({})));
    }
}

fn patch() -> Patch {
    Patch::Merge(r#"{"was": "here"}"#.to_owned())
}
