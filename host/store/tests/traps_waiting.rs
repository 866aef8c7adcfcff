//! Waiting for a lock: trap 5.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use amend_store::{Error, LockHolder, Store};
use common::*;
use fs2::FileExt;
use std::fs::{self, File};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How often each thread of a waiting process is shot at.
const SHOTS: usize = 1000;

/// What the handler writes: nothing that the test harness writes by itself.
const HIT: u8 = 7;

extern "C" fn hit(_: libc::c_int) {
    let byte = HIT;
    // SAFETY: `write` may be called in a signal handler, and reads one byte that is there.
    unsafe { libc::write(1, (&raw const byte).cast(), 1) };
}

/// For a test that listens to words, which a byte in between would spoil.
extern "C" fn hit_in_silence(_: libc::c_int) {}

/// Has every signal interrupt whatever system call it finds.
fn let_signals_interrupt(hit: extern "C" fn(libc::c_int)) {
    // SAFETY: all zeros is a valid `sigaction`, in which SA_RESTART is not set; the handler only calls what may
    // be called in one.
    let installed = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = hit as libc::sighandler_t;
        libc::sigaction(libc::SIGUSR1, &raw const action, std::ptr::null_mut())
    };
    assert_eq!(installed, 0);
}

/// Shoots at every thread of a process, one after another, and waits for each to be hit.
fn shoot(process: &mut Process) {
    let id = i32::try_from(process.child.id()).unwrap();
    for thread in fs::read_dir(format!("/proc/{id}/task")).unwrap() {
        let thread: i32 = thread
            .unwrap()
            .file_name()
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        // SAFETY: the call takes three numbers.
        let sent = unsafe { libc::syscall(libc::SYS_tgkill, id, thread, libc::SIGUSR1) };
        if sent == 0 {
            while process.byte() != HIT {}
        }
    }
}

/// A child that ends, a window that is resized: `flock` returns with EINTR, and whoever takes that for a failure
/// has lost the wait; who starts again with the whole timeout never comes to its end.
#[test]
fn a_storm_of_signals_does_not_end_a_wait() {
    if let Some((timeout, directory)) = role() {
        let_signals_interrupt(hit);
        let timeout = (timeout == "with a timeout").then_some(LONG);
        let options = amend_store::Options::default().with_lock_timeout(timeout);
        let store = Store::open_with(&directory, options).unwrap();
        store.update("a.json", increment).unwrap();
        return;
    }
    for timeout in ["for ever", "with a timeout"] {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("a.json.lock");
        let held = File::create(&path).unwrap();
        held.lock_exclusive().unwrap();
        let mut waiter = Process::start(again!(timeout, scratch.path()));
        until("it waits", || is_waited_for(inode(&path)));
        for _ in 0..SHOTS {
            shoot(&mut waiter);
        }
        until("it waits still", || {
            assert!(waiter.is_running(), "{timeout}: it has given up");
            is_waited_for(inode(&path))
        });
        assert_eq!(names(scratch.path()), ["a.json.lock"], "{timeout}");
        drop(held);
        waiter.end();
        assert_eq!(count(&scratch.path().join("a.json")), 1, "{timeout}");
    }
}

#[test]
fn a_storm_of_signals_does_not_put_off_a_timeout() {
    if let Some((_, directory)) = role() {
        let_signals_interrupt(hit_in_silence);
        let store = Store::open_with(&directory, waiting(Duration::from_millis(100))).unwrap();
        let started = Instant::now();
        let outcome = at_once("a timeout", move || store.update("a.json", increment));
        assert!(
            matches!(outcome, Err(Error::LockTimeout { .. })),
            "{outcome:?}"
        );
        assert!(started.elapsed() >= Duration::from_millis(100));
        say("it has given up");
        until_told();
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("a.json.lock");
    let held = File::create(&path).unwrap();
    held.lock_exclusive().unwrap();
    let mut waiter = Process::start(again!("waiter", scratch.path()));
    until("it waits", || is_waited_for(inode(&path)));
    let id = i32::try_from(waiter.child.id()).unwrap();
    let id = rustix::process::Pid::from_raw(id).unwrap();
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        // It never lets go, and the signals never end.
        scope.spawn(move || {
            while receiver.try_recv().is_err() {
                let _ = rustix::process::kill_process(id, rustix::process::Signal::USR1);
                thread::yield_now();
            }
        });
        let started = Instant::now();
        let said = waiter.listen();
        sender.send(()).unwrap();
        assert_eq!(said, "it has given up");
        assert!(started.elapsed() < LONG / 4);
    });
    waiter.kill();
}

/// Checks that an update gave up in about 100 milliseconds, and who it says is to blame.
fn gives_up(store: &Store) -> Option<LockHolder> {
    let timeout = Duration::from_millis(100);
    let started = Instant::now();
    let waiter = store.clone();
    let error = at_once("a timeout", move || {
        waiter.update("a.json", increment).unwrap_err()
    });
    let took = started.elapsed();
    assert!(took >= timeout, "{took:?}");
    // Far more than it takes, far less than a holder who never lets go.
    assert!(took < Duration::from_secs(20), "{took:?}");
    let text = error.to_string();
    let Error::LockTimeout { holder, waited, .. } = error else {
        panic!("{error:?}");
    };
    assert!(waited >= timeout && waited <= took, "{waited:?}");
    let named = holder.as_ref().map(LockHolder::to_string).unwrap();
    assert!(
        text.contains(&named) && text.contains("a.json.lock"),
        "{text}"
    );
    holder
}

#[test]
fn a_timeout_ends_however_long_another_process_holds_the_lock_and_names_it() {
    if let Some((_, directory)) = role() {
        let outcome = patient(&directory).update("a.json", |_: Option<&str>| -> Outcome {
            say("held");
            until_told();
            Ok(None)
        });
        outcome.unwrap();
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    // Without a lock file the updater would be asked without the lock.
    File::create(scratch.path().join("a.json.lock")).unwrap();
    let mut process = Process::start(again!("holder", scratch.path()));
    assert_eq!(process.listen(), "held");
    let store = Store::open_with(scratch.path(), waiting(Duration::from_millis(100))).unwrap();
    let id = process.child.id();
    let command = fs::read_to_string(format!("/proc/{id}/comm")).unwrap();
    let expected = LockHolder {
        process: id,
        command: Some(command.trim_end().to_owned()),
    };
    assert_eq!(gives_up(&store), Some(expected.clone()));
    assert_eq!(
        expected.to_string(),
        format!("process {id} ({})", command.trim_end())
    );
    process.end();
    store.update("a.json", increment).unwrap();
}

/// A thread does not wait for the lock file but in the queue of its document, with the same patience.
#[test]
fn a_timeout_ends_however_long_another_thread_holds_the_lock() {
    let scratch = tempfile::tempdir().unwrap();
    File::create(scratch.path().join("a.json.lock")).unwrap();
    let store = Store::open_with(scratch.path(), waiting(Duration::from_millis(100))).unwrap();
    thread::scope(|scope| {
        // In here, so that a failure lets the holder go.
        let (held, is_held) = mpsc::channel();
        let (let_go, may_let_go) = mpsc::channel::<()>();
        let store = &store;
        let holder = scope.spawn(move || {
            store.update("a.json", move |_: Option<&str>| -> Outcome {
                held.send(())?;
                may_let_go.recv()?;
                Ok(None)
            })
        });
        is_held.recv().unwrap();
        let blamed = gives_up(store).unwrap();
        assert_eq!(blamed.process, std::process::id());
        let_go.send(()).unwrap();
        holder.join().unwrap().unwrap();
    });
    assert!(
        store.read("a.json").unwrap().is_none(),
        "what was given up was not done later"
    );
}
