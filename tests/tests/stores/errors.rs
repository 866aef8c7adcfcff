//! What goes wrong goes wrong in the same way, and leaves the document as it was.

use crate::scene::behaviours;
use amend_store::{ApplyError, Error, Limits, Options, Patch, PathProblem};
use amend_tests::increment;

behaviours! {
    fn what_is_not_json_is_never_overwritten(scene) {
        for text in ["{", "nonsense", "{} {}", "\0\0", " "] {
            if text.contains('\0') {
                continue; // etcdctl takes no such argument.
            }
            scene.put("a.json", text);
            let error = scene.store.read("a.json").expect_err(text);
            assert!(matches!(error, Error::Malformed { .. }), "{error}");
            let error = scene.store.update("a.json", increment).expect_err(text);
            assert!(matches!(error, Error::Malformed { .. }), "{error}");
            assert_eq!(scene.stored("a.json").as_deref(), Some(text));
        }
    }

    fn a_refusal_is_its_callers(scene) {
        scene.put("a.json", "{}");
        let refused = scene.store.update("a.json", |_: Option<&str>| Err::<Option<Patch>, _>("not now"));
        match refused {
            Err(error @ Error::Refused { .. }) => assert!(error.to_string().ends_with("refused: not now"), "{error}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(scene.stored("a.json").as_deref(), Some("{}"));
    }

    fn a_panic_is_its_callers(scene) {
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            scene.store.update("a.json", |_: Option<&str>| -> Result<Option<Patch>, String> { panic!("mine") })
        }));
        assert_eq!(panicked.expect_err("a panic").downcast_ref(), Some(&"mine"));
        scene.store.update("a.json", increment).expect("the store is as good as before");
    }

    fn paths_that_lead_out_are_refused(scene) {
        for (path, expected) in [
            ("", PathProblem::Empty),
            ("../a.json", PathProblem::Parent),
            ("a/../../b", PathProblem::Parent),
            ("/etc/passwd", PathProblem::Absolute),
            ("a/", PathProblem::Directory),
            ("a\0b", PathProblem::Nul),
            (".amend-0.tmp", PathProblem::TemporaryFile),
        ] {
            let errors = [
                scene.store.read(path).expect_err(path),
                scene.store.update(path, increment).expect_err(path),
                scene.store.preview(path, None, increment).expect_err(path),
            ];
            for error in errors {
                match error {
                    Error::InvalidPath { problem, .. } => assert_eq!(problem, expected, "{path:?}"),
                    other => panic!("{path:?}: {other}"),
                }
            }
        }
    }

    fn a_document_does_not_become_larger_than_the_limit(
        scene,
        Options::default().with_limits(Limits::default().with_size(100))
    ) {
        scene.put("a.json", r#"{"a": 1}"#);
        let long = Patch::merge(format!(r#"{{"a": "{}"}}"#, "x".repeat(100))).expect("a patch");
        match scene.store.update("a.json", long) {
            Err(Error::Apply { source: ApplyError::TooLarge { limit: 100, .. }, .. }) => {}
            other => panic!("{other:?}"),
        }
        scene.put("b.json", &format!("\"{}\"", "x".repeat(100)));
        match scene.store.read("b.json") {
            Err(Error::TooLarge { size: 102, limit: 100, .. }) => {}
            other => panic!("{other:?}"),
        }
    }

    fn an_updater_that_updates_its_own_document_is_told(scene) {
        let (store, clone) = (&scene.store, scene.store.clone());
        let mut inner = None;
        store
            .update("a.json", |_: Option<&str>| {
                inner = Some(clone.update("./a.json", increment));
                clone.update("b.json", increment).map_err(|error| error.to_string())?;
                Ok::<_, String>(None)
            })
            .expect("the outer one is done");
        match inner {
            Some(Err(Error::Nested { .. })) => {}
            other => panic!("{other:?}"),
        }
        assert!(scene.stored("b.json").is_some());
    }
}
