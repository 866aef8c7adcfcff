//! Every example is called 20,000 times, without a trap, with the same answers, and with memory that stays flat: in
//! fresh instances, as our host calls it, and in one instance, as another host may.
//!
//! It is one test, in a process of its own: what others did would show in this process's memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_guest_build::{Builder, Progress};
use amend_runtime::{CallError, Engine, Limits, Plugin};
use amend_store::{Json, Patch};
use amend_tests::bare::{Answer, Bare, Kept};
use amend_tests::measure::memory;
use amend_tests::{Updater, updaters};
use std::sync::Mutex;
use std::{fs, thread};

const CALLS: usize = 20_000;

/// After so many, a guest has the memory that it needs.
const WARM_UP: usize = 2_000;

/// How much more memory an instance may have at the end than after the first calls. A guest that leaks its document
/// has ten times as much.
const INSTANCE_MARGIN: usize = 2 << 20;

/// The same for this process, with all guests in it.
const PROCESS_MARGIN: u64 = 32 << 20;

/// A guest that is called in both ways.
struct Guest {
    name: String,
    /// The documents and arguments of its cases, refusals among them, which it is asked one after another.
    questions: Vec<(Option<String>, Json)>,
    plugin: Plugin,
    kept: Kept,
    /// What it answers to each question, in a fresh instance and in the one that is kept.
    answers: Vec<(Result<Option<Patch>, String>, Answer)>,
}

impl Guest {
    fn new(engine: &Engine, updater: &Updater) -> Guest {
        // White space behind a document is JSON as well, and makes a leak show.
        let padding = " ".repeat(1 << 10);
        let cases = updater.cases.iter();
        let questions = cases.map(|case| {
            let document = case.document.as_ref().map(|text| text.clone() + &padding);
            (document, case.args.clone())
        });
        let bare = Bare::load_to_keep(&fs::read(&updater.component).unwrap()).unwrap();
        let mut guest = Guest {
            name: updater.guest.to_string(),
            questions: questions.collect(),
            plugin: engine.load(&updater.component, Limits::default()).unwrap(),
            kept: bare.keep().unwrap(),
            answers: Vec::new(),
        };
        guest.answers = (0..guest.questions.len())
            .map(|number| guest.ask(number))
            .collect();
        guest
    }

    fn ask(&mut self, number: usize) -> (Result<Option<Patch>, String>, Answer) {
        let (document, args) = &self.questions[number % self.questions.len()];
        let fresh = match self.plugin.call(document.as_deref(), args) {
            Ok(patch) => Ok(patch),
            Err(CallError::Refused(reason)) => Err(reason),
            Err(error) => panic!("{}, call {number}: {error}", self.name),
        };
        let kept = self.kept.call(document.as_deref(), args.as_str());
        let kept = kept.unwrap_or_else(|error| panic!("{}, call {number}: {error:?}", self.name));
        (fresh, kept)
    }
}

/// Calls every guest so many times, two at once.
fn call(guests: &mut [Guest], calls: usize) {
    let queue = Mutex::new(guests.iter_mut());
    let next = || queue.lock().unwrap().next();
    let work = || {
        while let Some(guest) = next() {
            for number in 0..calls {
                let answer = guest.ask(number);
                let expected = &guest.answers[number % guest.answers.len()];
                assert_eq!(answer, *expected, "{}, call {number}", guest.name);
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
}

#[test]
fn every_example_is_called_20000_times_and_memory_stays_flat() {
    let builder = Builder::new(Progress::Silent).unwrap();
    let engine = Engine::new().unwrap();
    let updaters = updaters(&builder);
    let mut guests: Vec<_> = updaters
        .iter()
        .map(|updater| Guest::new(&engine, updater))
        .collect();

    call(&mut guests, WARM_UP);
    let process = memory("VmRSS").unwrap();
    let instances: Vec<_> = guests.iter().map(|guest| guest.kept.memory()).collect();

    call(&mut guests, CALLS - WARM_UP);
    for (guest, before) in guests.iter().zip(instances) {
        let after = guest.kept.memory();
        assert!(
            after <= before + INSTANCE_MARGIN,
            "{}: the instance's memory grew from {before} to {after} bytes",
            guest.name
        );
    }
    let after = memory("VmRSS").unwrap();
    assert!(
        after <= process + PROCESS_MARGIN,
        "the process's memory grew from {process} to {after} bytes"
    );
}
