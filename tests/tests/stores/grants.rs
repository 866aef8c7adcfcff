//! A grant means the same, wherever the documents are.

use crate::scene::behaviours;
use amend_store::{Error, Grant, Patch, Pointer, Version};

fn merge(text: &str) -> Patch {
    Patch::merge(text).expect("a patch")
}

behaviours! {
    fn nothing_outside_of_a_scope_is_seen_or_touched(scene) {
        scene.put("a.json", r#"{"key": "secret", "mine": {"n": 1}}"#);
        let grant = Grant::new(scene.store.clone()).under(Pointer::parse("/mine").expect("a pointer"));
        let before = grant.read("a.json", &Pointer::root()).expect("no error").expect("it is there");
        assert_eq!(before.text, r#"{"n": 1}"#);
        assert_eq!(before.version, Version::of(br#"{"n": 1}"#));
        // A change elsewhere is no conflict.
        scene.store.update("a.json", merge(r#"{"key": "another"}"#)).expect("changed");
        let after = grant.read("a.json", &Pointer::root()).expect("no error").expect("it is there");
        assert_eq!(after.version, before.version);
        let receipt = grant.update_if("a.json", Some(before.version), merge(r#"{"n": 2}"#)).expect("expected");
        assert_eq!(receipt.version, Version::of(br#"{"n": 2}"#));
        assert_eq!(scene.stored("a.json").as_deref(), Some(r#"{"key": "another", "mine": {"n": 2}}"#));
        let preview = grant.preview("a.json", None, merge(r#"{"n": 3}"#)).expect("a preview");
        assert_eq!(preview.receipt.version, Version::of(br#"{"n": 3}"#));
        assert_eq!(preview.before.as_deref(), Some(r#"{"n": 2}"#));
    }

    fn errors_show_nothing_of_what_is_outside_of_a_scope(scene) {
        scene.put("a.json", r#"{"mine": 1, "secret-sesame}"#);
        let grant = Grant::new(scene.store.clone()).under(Pointer::parse("/mine").expect("a pointer"));
        let error = grant.update("a.json", merge("{}")).expect_err("not JSON").to_string();
        assert!(!error.contains("sesame"), "{error}");
        let error = grant.read("a.json", &Pointer::root()).expect_err("not JSON").to_string();
        assert!(!error.contains("sesame"), "{error}");
    }

    fn who_may_only_read_leaves_nothing(scene) {
        let grant = Grant::new(scene.store.clone()).read_only();
        match grant.update("a.json", merge(r#"{"a": 1}"#)) {
            Err(Error::NotGranted { .. }) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(scene.stored("a.json"), None);
    }
}
