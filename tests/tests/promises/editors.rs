//! An editor's save is not overwritten unseen.
//!
//! An editor takes no lock. It saved between a shared commit's rename and the commit's look at the file that it had
//! renamed. The commit took the editor's file for its own, the next update was made from the text before the editor's,
//! and the save was gone although every update reported success.

use crate::scene::{
    LOG, STRACE, assert_told_the_truth, one, quiet_update, start_to_wait, stopped_in, to_its_end,
    writer,
};
use amend_tests::at_call::{RENAME, SYNC, go_on, stops};
use amend_tests::found::Found;
use amend_tests::ground::Ground;
use amend_tests::requirements::has_tools;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

const PATIENT: Duration = Duration::from_secs(60);

#[test]
fn a_save_between_a_rename_and_the_look_at_it_survives() {
    if !has_tools(STRACE) {
        return;
    }
    let ground = Ground::new(LOG);
    let at = [(SYNC, "SIGSTOP", 1), (RENAME, "SIGSTOP", 1)];
    let first = stopped_in(&ground, &one(&ground, "first", PATIENT), &at);
    // It finds what the first has staged, if anything, and stages on that.
    let second = start_to_wait(writer(&one(&ground, "second", PATIENT)));
    let is_renamed = || Found::read(&ground.document).unwrap().times("first.0-0") == 1;
    let mut is_stopped = true;
    while !is_renamed() && is_stopped {
        go_on(first.id());
        is_stopped = stops(first.id());
    }
    assert!(is_renamed(), "it was not renamed at a call that is known");

    let mut text: Value = serde_json::from_slice(&fs::read(&ground.document).unwrap()).unwrap();
    text["editor"] = json!("mine");
    let save = ground.beside().join("save");
    fs::write(&save, text.to_string()).unwrap();
    fs::rename(&save, &ground.document).unwrap();

    let ended = [to_its_end(first), second.wait()];
    let text: Value = serde_json::from_slice(&fs::read(&ground.document).unwrap()).unwrap();
    assert_eq!(
        text["editor"], "mine",
        "the editor's text is gone: {text}, {ended:?}"
    );
    assert_told_the_truth(&ground, ended.iter().map(|ended| &ended.report));
    quiet_update(&ground);
}
