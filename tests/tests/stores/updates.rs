//! What updates do to a document, and what they leave alone.

use crate::scene::behaviours;
use amend_store::{Patch, Pointer, Version};
use amend_tests::increment;

fn merge(text: &str) -> Patch {
    Patch::merge(text).expect("a patch")
}

behaviours! {
    fn a_document_is_made_changed_and_read(scene) {
        assert_eq!(scene.store.read("a.json").expect("no error"), None);
        let made = scene.store.update("a.json", merge(r#"{"port": 1}"#)).expect("made");
        assert!(made.changed);
        assert_eq!(scene.stored("a.json").as_deref(), Some("{\n  \"port\": 1\n}\n"));
        let read = scene.store.read("a.json").expect("no error").expect("a document");
        assert_eq!((read.text.as_str(), read.version), ("{\n  \"port\": 1\n}\n", made.version));
        let at = Pointer::parse("/port").expect("a pointer");
        let part = scene.store.read_at("a.json", &at).expect("no error").expect("it is there");
        assert_eq!((part.text.as_str(), part.version), ("1", made.version));
        let nowhere = Pointer::parse("/nowhere").expect("a pointer");
        assert_eq!(scene.store.read_at("a.json", &nowhere).expect("no error"), None);
    }

    fn every_byte_that_is_not_touched_stays(scene) {
        let text = "\u{feff}{ \"n\":1.0, \"big\" : 1e400,\r\n \"long\": 12345678901234567890123,\"odd\":\"\\ud800\" ,\"port\":1 }\r\n";
        scene.put("a.json", text);
        scene.store.update("a.json", merge(r#"{"port": 2}"#)).expect("changed");
        assert_eq!(scene.stored("a.json"), Some(text.replace("\"port\":1", "\"port\":2")));
    }

    fn what_changes_nothing_makes_no_version(scene) {
        let made = scene.store.update("a.json", merge(r#"{"port": 1}"#)).expect("made");
        let same = scene.store.update("a.json", merge(r#"{"port": 1}"#)).expect("the same");
        assert_eq!((same.changed, same.version), (false, made.version));
        let none = scene.store.update("a.json", |_: Option<&str>| Ok::<_, String>(None)).expect("none");
        assert_eq!((none.changed, none.version), (false, made.version));
        let absent = scene.store.update("b.json", |_: Option<&str>| Ok::<_, String>(None)).expect("none");
        assert_eq!((absent.changed, absent.version), (false, Version::ABSENT));
        assert_eq!(scene.stored("b.json").filter(|text| !text.is_empty()), None);
    }

    fn operations_are_all_or_nothing(scene) {
        scene.put("a.json", r#"{"a": [1, 2]}"#);
        let ok = Patch::operations(r#"[{"op":"add","path":"/a/-","value":3},{"op":"test","path":"/a/0","value":1}]"#);
        scene.store.update("a.json", ok.expect("a patch")).expect("applied");
        assert_eq!(scene.stored("a.json").as_deref(), Some(r#"{"a": [1, 2, 3]}"#));
        let not = Patch::operations(r#"[{"op":"add","path":"/a/-","value":4},{"op":"test","path":"/a/0","value":9}]"#);
        scene.store.update("a.json", not.expect("a patch")).expect_err("the test fails");
        assert_eq!(scene.stored("a.json").as_deref(), Some(r#"{"a": [1, 2, 3]}"#));
    }

    fn a_version_is_expected_and_another_is_refused(scene) {
        use amend_store::Error;
        let first = scene.store.update_if("a.json", None, merge(r#"{"n": 1}"#)).expect("made");
        scene.store.update_if("a.json", None, merge(r#"{"n": 9}"#)).expect_err("it is there");
        let second = scene.store.update_if("a.json", Some(first.version), merge(r#"{"n": 2}"#)).expect("expected");
        match scene.store.update_if("a.json", Some(first.version), merge(r#"{"n": 9}"#)) {
            Err(Error::VersionMismatch { expected, found, .. }) => {
                assert_eq!((expected, found), (Some(first.version), second.version));
            }
            other => panic!("{other:?}"),
        }
        // Through its text form, as scripts have it.
        let version = second.version.to_string().parse().expect("a version");
        scene.store.update_if("a.json", Some(version), merge(r#"{"n": 3}"#)).expect("expected");
    }

    fn a_preview_writes_nothing(scene) {
        scene.put("a.json", r#"{"n": 1}"#);
        let before = scene.store.read("a.json").expect("no error").expect("a document");
        let preview = scene.store.preview("a.json", Some(Some(before.version)), merge(r#"{"n": 2}"#)).expect("a preview");
        assert!(preview.receipt.changed);
        assert_ne!(preview.receipt.version, before.version);
        assert_eq!(preview.before.as_deref(), Some(r#"{"n": 1}"#));
        assert_eq!(preview.after.as_deref(), Some(r#"{"n": 2}"#));
        let same = scene.store.preview("a.json", None, merge("{}")).expect("a preview");
        assert_eq!((same.receipt.changed, same.receipt.version), (false, before.version));
        scene.store.preview("a.json", Some(None), merge("{}")).expect_err("it is there");
        assert_eq!(scene.store.read("a.json").expect("no error"), Some(before));
    }

    fn what_has_no_bytes_is_no_document(scene) {
        scene.put("a.json", "");
        assert_eq!(scene.store.read("a.json").expect("no error"), None);
        scene.store.update_if("a.json", None, increment).expect("made");
        assert_eq!(scene.stored("a.json").as_deref(), Some("{\n  \"count\": 1\n}\n"));
    }

    fn odd_names_are_names(scene) {
        for name in ["\u{e4} \u{1f980}.json", "a%2Fb.json", "deep/er/a.json", "-", "a?b#c", "=a,b", "..."] {
            scene.store.update(name, merge(r#"{"a": 1}"#)).expect(name);
            assert_eq!(scene.stored(name).as_deref(), Some("{\n  \"a\": 1\n}\n"), "{name}");
            assert!(scene.store.read(format!("./{name}")).expect(name).is_some(), "{name}");
        }
    }

    fn the_top_level_may_be_anything(scene) {
        for text in ["[]", "\"text\"", "7", "null", "false"] {
            scene.store.update("a.json", Patch::replace(text).expect("a patch")).expect(text);
            assert_eq!(scene.store.read("a.json").expect("no error").map(|read| read.text.trim().to_owned()), Some(text.to_owned()));
        }
    }
}
