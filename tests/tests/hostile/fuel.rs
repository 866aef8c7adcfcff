//! With fuel, a guest is the same each time: what it answers, and what it uses up.

use crate::ground::{Ground, ends, engine, load, patient};
use amend_runtime::{CallError, CompiledCache, Engine, LoadError};
use amend_store::{Json, Patch};
use amend_tests::{example, hostile};
use std::fs;

const PLENTY: u64 = 1 << 32;

/// Whether so much fuel is enough for an answer.
fn suffices(engine: &Engine, guest: &[u8], fuel: u64) -> bool {
    let limits = patient().with_fuel(Some(fuel));
    let called = match engine.load_bytes("it", guest, limits) {
        Ok(plugin) => plugin.call(Some("{\"count\": 4}"), &Json::parse("{}").unwrap()),
        Err(LoadError::Start { source, .. }) => Err(source),
        Err(other) => panic!("{other}"),
    };
    match called {
        Ok(_) => true,
        Err(CallError::Fuel { limit }) if limit == fuel => false,
        Err(other) => panic!("{other:?}"),
    }
}

/// The least fuel that is enough.
fn least(engine: &Engine, guest: &[u8]) -> u64 {
    let (mut too_little, mut enough) = (0, PLENTY);
    while enough - too_little > 1 {
        let middle = too_little + (enough - too_little) / 2;
        if suffices(engine, guest, middle) {
            enough = middle;
        } else {
            too_little = middle;
        }
    }
    enough
}

#[test]
fn the_same_work_uses_the_same_fuel() {
    let another = Engine::builder().with_pool(false).build().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    for component in [example("rust/counter"), hostile("varies", scratch.path())] {
        let guest = fs::read(component).unwrap();
        let found = least(engine(), &guest);
        assert!((1_000..PLENTY).contains(&found), "{found}");
        assert_eq!(least(engine(), &guest), found);
        assert_eq!(least(&another, &guest), found);
    }
}

/// Hash tables are seeded, dice are thrown and clocks are read, and nothing of that is another the next time.
#[test]
fn varies() {
    let answer = |fuel, engine: &Engine| {
        let scratch = tempfile::tempdir().unwrap();
        let component = hostile("varies", scratch.path());
        let plugin = engine.load(component, patient().with_fuel(fuel)).unwrap();
        match plugin.call(None, &Json::parse("{}").unwrap()) {
            Ok(Some(Patch::Replace(text))) => text.as_str().to_owned(),
            other => panic!("{other:?}"),
        }
    };
    let another = Engine::builder()
        .with_cache(CompiledCache::Off)
        .build()
        .unwrap();
    let first = answer(Some(PLENTY), engine());
    assert_eq!(answer(Some(PLENTY), engine()), first);
    assert_eq!(answer(Some(PLENTY), &another), first);
    // It is a test of something only if it does vary where it may.
    assert_ne!(answer(None, engine()), answer(None, engine()));
}

/// The clock stands still, so it would compute for ever.
#[test]
fn a_guest_that_waits_for_the_clock_uses_up_its_fuel() {
    let plugin = load("computes", patient().with_fuel(Some(50_000_000)));
    let error = Ground::new().withstands(&plugin, r#"{"milliseconds":1}"#);
    ends!(
        error,
        CallError::Fuel { limit: 50_000_000 },
        "50000000 units of fuel"
    );
}
