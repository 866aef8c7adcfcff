//! Where a guest is let loose on a document, and what has to be there afterwards.

use amend_runtime::{CallError, Engine, Limits, Plugin};
use amend_store::{Error, Json, Options, Receipt, Store};
use amend_tests::{example, hostile, look};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// For those that would never end.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

/// Compiling is most of the work, so all tests share what was compiled.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new().unwrap())
}

/// The defaults, with all the time that a busy machine may need.
pub(crate) fn patient() -> Limits {
    Limits::default().with_time(Duration::from_secs(60))
}

pub(crate) fn hasty() -> Limits {
    Limits::default().with_time(SHORT)
}

/// A guest of the zoo, loaded.
pub(crate) fn load(guest: &str, limits: Limits) -> Plugin {
    let scratch = tempfile::tempdir().unwrap();
    let component = hostile(guest, scratch.path());
    let bytes = fs::read(component).unwrap();
    engine().load_bytes(guest, &bytes, limits).unwrap()
}

/// A document and its lock file, alone in a directory.
pub(crate) struct Ground {
    scratch: TempDir,
}

impl Ground {
    pub(crate) fn new() -> Ground {
        let scratch = tempfile::tempdir().unwrap();
        let ground = Ground { scratch };
        fs::write(ground.document(), "{ \"count\":4 }").unwrap();
        fs::set_permissions(ground.document(), Permissions::from_mode(0o640)).unwrap();
        // Lock files stay where they are; with it there from the beginning, nothing at all may appear.
        fs::write(ground.scratch.path().join("state.json.lock"), "").unwrap();
        ground
    }

    pub(crate) fn document(&self) -> PathBuf {
        self.scratch.path().join("state.json")
    }

    fn update(&self, plugin: &Plugin, args: &str) -> Result<Receipt, Error> {
        // Whoever still had the lock would be noticed at once.
        let options = Options::default().with_lock_timeout(Some(Duration::ZERO));
        let store = Store::open_with(self.scratch.path(), options).unwrap();
        store.update("state.json", plugin.with_args(Json::parse(args).unwrap()))
    }

    /// Lets a guest loose. It fails, nothing comes of it, and after it an honest guest works.
    #[track_caller]
    pub(crate) fn withstands(&self, plugin: &Plugin, args: &str) -> Error {
        let name = plugin.name().to_owned();
        let before = look(self.scratch.path());
        let started = Instant::now();
        let error = self.update(plugin, args).unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(30), "{name}");
        let message = error.to_string();
        let document = self.document();
        assert!(message.contains(document.to_str().unwrap()), "{message}");
        assert_eq!(look(self.scratch.path()), before, "{name} left something");

        let honest = engine()
            .load(example("rust/counter"), Limits::default())
            .unwrap();
        let next = self.update(&honest, "{}").unwrap();
        assert!(next.changed, "after {name}");
        assert_eq!(fs::read_to_string(&document).unwrap(), "{ \"count\":5 }");
        let mode = fs::metadata(&document).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o640, "after {name}");
        error
    }
}

/// Lets a guest loose on a document of its own.
#[track_caller]
pub(crate) fn nothing_comes_of(guest: &str, limits: Limits) -> Error {
    Ground::new().withstands(&load(guest, limits), "{}")
}

/// What happened to the guest, and the message about it.
#[track_caller]
pub(crate) fn call(error: &Error) -> (&CallError, String) {
    let call = CallError::of(error).unwrap_or_else(|| panic!("{error:?}"));
    (call, error.to_string())
}

/// That an error is of a variant, and that its message says what there is to know.
macro_rules! ends {
    ($error:expr, $variant:pat, $($says:literal),+) => {{
        let error = $error;
        let (call, message) = $crate::ground::call(&error);
        assert!(matches!(call, $variant), "{call:?}");
        $(assert!(message.contains($says), "{message:?} does not say {:?}", $says);)+
    }};
}
pub(crate) use ends;
