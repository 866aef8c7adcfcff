//! `ulimit -f`: a document larger than the limit is an error like any other, and leaves nothing behind.

use crate::scene::Scene;
use amend_tests::amend;
use std::process::Command;

/// SIGXFSZ would end the process, and its temporary file would stay.
#[test]
fn a_document_larger_than_the_limit_on_files_is_an_error() {
    let scene = Scene::new("{}");
    let large = scene.with("large.json", format!("\"{}\"", "x".repeat(10_000)));
    let mut update = Command::new("sh");
    update
        .args(["-c", "ulimit -f 8; exec \"$@\"", "sh"])
        .arg(amend())
        .args(["update", &scene.file, "--replace", &format!("@{large}")]);
    scene.unchanged(update, 1, &["state.json", "File too large"]);
}
