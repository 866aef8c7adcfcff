//! What embedders build on: `amend:document/store` in a wasmtime of their own, and spans.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::wasmtime::component::{Component, Linker, TypedFunc};
use amend_runtime::wasmtime::{Engine, Store};
use amend_runtime::{Documents, Grants, Invocation, Limits, add_to_linker, add_to_linker_async};
use amend_store::{Grant, Json};
use amend_tests::{contract, example, program};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A guest without WASI: its one function updates a document, and says whether that was done.
const MODULE: &str = r#"
    (module
        (import "amend:document/store@0.1.0" "update"
            (func $update (param i32 i32 i32 i32 i32 i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "state/app.json")
        (data (i32.const 16) "{\"n\":1}")
        (global $free (mut i32) (i32.const 1024))
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (local $place i32)
            (local.set $place (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
            (global.set $free (i32.add (local.get $place) (local.get 3)))
            (local.get $place))
        (func (export "go") (result i32)
            ;; The second case of `patch` is a merge; the first of a `result` is the good one.
            (call $update
                (i32.const 0) (i32.const 14)
                (i32.const 1) (i32.const 16) (i32.const 7)
                (i32.const 512))
            (i32.eqz (i32.load8_u (i32.const 512)))))"#;

fn guest(engine: &Engine) -> Component {
    let world = "import store; export go: func() -> bool;";
    Component::new(engine, contract("0.1.0", world, MODULE)).unwrap()
}

struct Host {
    documents: Documents,
}

fn host(directory: &Path, calls: usize) -> Host {
    let store = amend_store::Store::open(directory).unwrap();
    let grants = Grants::new().with_documents("state", Grant::new(store));
    Host {
        documents: Documents::new(grants.unwrap()).with_calls(calls),
    }
}

fn text(directory: &Path) -> String {
    fs::read_to_string(directory.join("app.json")).unwrap()
}

#[test]
fn a_wasmtime_of_ones_own() {
    let scratch = tempfile::tempdir().unwrap();
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    add_to_linker(&mut linker, |host: &mut Host| &mut host.documents).unwrap();
    let mut store = Store::new(&engine, host(scratch.path(), 1));
    let instance = linker.instantiate(&mut store, &guest(&engine)).unwrap();
    let go: TypedFunc<(), (bool,)> = instance.get_typed_func(&mut store, "go").unwrap();

    assert!(go.call(&mut store, ()).unwrap().0);
    assert_eq!(text(scratch.path()), "{\n  \"n\": 1\n}\n");
    assert!(!go.call(&mut store, ()).unwrap().0, "one call was allowed");
}

/// While the guest waits for a lock, another task has the only thread that there is, and gives the lock back.
#[test]
#[cfg(target_os = "linux")]
fn an_async_guest_does_not_keep_the_thread() {
    let scratch = tempfile::tempdir().unwrap();
    let lock = File::create(scratch.path().join("app.json.lock")).unwrap();
    lock.lock().unwrap();

    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    add_to_linker_async(&mut linker, |host: &mut Host| &mut host.documents).unwrap();
    let mut store = Store::new(&engine, host(scratch.path(), 1));
    let component = guest(&engine);
    let updates = async move {
        let instance = linker.instantiate_async(&mut store, &component).await;
        let go = instance.unwrap().get_typed_func(&mut store, "go");
        let go: TypedFunc<(), (bool,)> = go.unwrap();
        go.call_async(&mut store, ()).await.unwrap().0
    };

    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let updates = tokio::spawn(updates);
        while !is_waited_for(&lock) {
            assert!(!updates.is_finished(), "it did not wait for the lock");
            tokio::task::yield_now().await;
        }
        assert!(!scratch.path().join("app.json").exists());
        drop(lock);
        assert!(updates.await.unwrap());
    });
    assert_eq!(text(scratch.path()), "{\n  \"n\": 1\n}\n");
}

/// Whether somebody waits for this lock, as the kernel tells it.
#[cfg(target_os = "linux")]
fn is_waited_for(lock: &File) -> bool {
    let inode = format!(":{} ", lock.metadata().unwrap().ino());
    let locks = fs::read_to_string("/proc/locks").unwrap();
    locks
        .lines()
        .any(|line| line.contains("->") && line.contains("FLOCK") && line.contains(&inode))
}

/// Notes the spans in the order in which they are entered.
#[derive(Default, Clone)]
struct Spans {
    names: Arc<Mutex<Vec<&'static str>>>,
    entered: Arc<Mutex<Vec<&'static str>>>,
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("amend")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut names = self.names.lock().unwrap();
        names.push(span.metadata().name());
        Id::from_u64(names.len() as u64)
    }

    fn enter(&self, span: &Id) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        let name = self.names.lock().unwrap()[index];
        self.entered.lock().unwrap().push(name);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn exit(&self, _: &Id) {}
}

/// The spans that this entered.
fn spans(work: impl FnOnce()) -> Vec<&'static str> {
    let spans = Spans::default();
    tracing::subscriber::with_default(spans.clone(), work);
    let entered = spans.entered.lock().unwrap();
    entered.clone()
}

#[test]
fn spans_say_where_the_time_goes() {
    let scratch = tempfile::tempdir().unwrap();
    let store = amend_store::Store::open(scratch.path()).unwrap();
    let engine = amend_runtime::Engine::new().unwrap();
    let counter = engine
        .load(example("rust/counter"), Limits::default())
        .unwrap();
    let honest = engine
        .load_program(program("does-what-it-is-told"), Limits::for_programs())
        .unwrap();
    let grants = Grants::new()
        .with_documents("state", Grant::new(store.clone()))
        .unwrap()
        .with_updater("counter", counter.clone())
        .unwrap();

    let by_updater = spans(|| {
        let args = Json::parse("{}").unwrap();
        let receipt = store.update("app.json", counter.with_args(args));
        assert!(receipt.unwrap().changed);
    });
    // There is no lock file yet, and none is made before the guest has answered.
    assert_eq!(by_updater, ["guest", "lock wait", "commit"]);

    let by_program = spans(|| {
        let invocation = Invocation::new().with_args(["count", "state/app.json"]);
        assert_eq!(honest.run(&grants, invocation).unwrap().code, 0);
    });
    assert_eq!(by_program, ["guest", "lock wait", "guest", "commit"]);
    assert_eq!(text(scratch.path()), "{\n  \"count\": 2\n}\n");
}
