//! Guests whose fuel is counted: the same guest, document and arguments use the same fuel, and give the same answer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::{CallError, CompiledCache, Engine, Limits, LoadError};
use amend_store::{Json, Patch};
use amend_tests::{example, hostile};
use std::fs;
use std::path::Path;

/// An engine that keeps what it compiles to itself: nothing is shared but the guest's bytes.
fn engine(cache: &Path) -> Engine {
    let cache = CompiledCache::Directory(cache.to_owned());
    let builder = Engine::builder().with_cache(cache).with_pool(false);
    builder.build().unwrap()
}

/// What a guest answers with this much fuel. It is started once when it is loaded, with as much.
fn call(engine: &Engine, guest: &[u8], fuel: Option<u64>) -> Result<Option<Patch>, CallError> {
    match engine.load_bytes("guest", guest, Limits::default().with_fuel(fuel)) {
        Ok(plugin) => plugin.call(Some(r#"{"count": 4}"#), &Json::parse("{}").unwrap()),
        Err(LoadError::Start { source, .. }) => Err(source),
        Err(error) => panic!("{error}"),
    }
}

/// The least fuel with which a guest answers.
fn smallest_sufficient(engine: &Engine, guest: &[u8]) -> u64 {
    let (mut too_little, mut enough) = (0, 10_000_000);
    call(engine, guest, Some(enough)).unwrap();
    while enough - too_little > 1 {
        let fuel = too_little.midpoint(enough);
        match call(engine, guest, Some(fuel)) {
            Ok(_) => enough = fuel,
            Err(CallError::Fuel { limit }) if limit == fuel => too_little = fuel,
            Err(error) => panic!("with {fuel} units of fuel: {error}"),
        }
    }
    enough
}

#[test]
fn two_engines_count_the_same_fuel_to_the_unit() {
    let guest = fs::read(example("rust/counter")).unwrap();
    let caches = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let engines = caches.each_ref().map(|cache| engine(cache.path()));
    let [one, other] = engines.each_ref().map(|it| smallest_sufficient(it, &guest));
    assert_eq!(one, other);

    let error = call(&engines[0], &guest, Some(one - 1)).unwrap_err();
    assert!(
        matches!(error, CallError::Fuel { limit } if limit == one - 1),
        "{error:?}"
    );
    let says = format!("the guest used up {} units of fuel", one - 1);
    assert!(error.to_string().contains(&says), "{error}");
}

#[test]
fn an_answer_of_what_varies_is_the_same_with_fuel() {
    let scratch = tempfile::tempdir().unwrap();
    let guest = fs::read(hostile("varies", scratch.path())).unwrap();
    let engines = [engine(scratch.path()), engine(scratch.path())];
    let answer = |engine, fuel| call(engine, &guest, fuel).unwrap().unwrap();

    let fuel = Some(1_000_000_000);
    let first = answer(&engines[0], fuel);
    assert_eq!(first, answer(&engines[0], fuel));
    assert_eq!(first, answer(&engines[1], fuel));

    // Otherwise there is nothing to see here.
    assert_ne!(answer(&engines[0], None), answer(&engines[0], None));
}
