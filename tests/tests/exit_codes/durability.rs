//! Code 14: the change is committed, and the directory could not be synced. The kernel fails `fsync` for one file
//! descriptor, so that each run fails at another file.

#![cfg(target_os = "linux")]

use crate::scene::Scene;
use std::collections::BTreeMap;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The first file descriptor that is not a standard stream, and one that is not reached.
const DESCRIPTORS: std::ops::Range<u32> = 3..20;

#[test]
fn a_failing_fsync_never_makes_a_change_without_saying_so() {
    let mut seen = BTreeMap::new();
    for descriptor in DESCRIPTORS {
        let scene = Scene::new("{\"a\": 1}");
        let mut update = scene.update(&["--set", "/a=2"]);
        fail_fsync(&mut update, descriptor);
        let output = update.output().unwrap();
        let code = output.status.code().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        *seen.entry(code).or_insert(0) += 1;
        match code {
            0 => {
                assert_eq!(scene.text(), "{\"a\": 2}");
                assert_eq!(message, "");
            }
            14 => {
                assert_eq!(scene.text(), "{\"a\": 2}", "{message}");
                assert!(message.contains("is committed, but"), "{message}");
                assert!(message.contains("Input/output error"), "{message}");
            }
            10 => assert!(message.contains("outcome unknown"), "{message}"),
            _ => {
                assert_eq!(code, 1, "{message}");
                assert_eq!(scene.text(), "{\"a\": 1}", "{message}");
                assert!(message.contains("Input/output error"), "{message}");
            }
        }
    }
    // That of the temporary file and that of its directory; most descriptors are of neither.
    for code in [0, 1, 14] {
        assert!(seen.contains_key(&code), "{seen:?}");
    }
}

/// Makes `fsync` of this descriptor fail with EIO in the process that the command starts.
fn fail_fsync(command: &mut Command, descriptor: u32) {
    let filter = filter(descriptor);
    // SAFETY: the closure calls prctl alone, which is safe after fork, and the filter is alive as long as it.
    unsafe {
        command.pre_exec(move || {
            let program = libc::sock_fprog {
                len: filter.len() as u16,
                filter: filter.as_ptr().cast_mut(),
            };
            let done = libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                && libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program) == 0;
            match done {
                true => Ok(()),
                false => Err(io::Error::last_os_error()),
            }
        });
    }
}

/// A filter of system calls, seccomp(2). It sees `struct seccomp_data`: the number of the call at byte 0, and the low
/// half of its first argument at byte 16, or 20 where the high half comes first.
fn filter(descriptor: u32) -> [libc::sock_filter; 6] {
    const NUMBER: u32 = 0;
    const ARGUMENT: u32 = if cfg!(target_endian = "little") {
        16
    } else {
        20
    };
    let load = |at| statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, at, 0);
    // Where the value differs, it goes on at the last statement.
    let equals = |value, otherwise| {
        statement(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            value,
            otherwise,
        )
    };
    let end = |action| statement(libc::BPF_RET | libc::BPF_K, action, 0);
    [
        load(NUMBER),
        equals(libc::SYS_fsync as u32, 3),
        load(ARGUMENT),
        equals(descriptor, 1),
        end(libc::SECCOMP_RET_ERRNO | libc::EIO as u32),
        end(libc::SECCOMP_RET_ALLOW),
    ]
}

fn statement(code: u32, value: u32, otherwise: u8) -> libc::sock_filter {
    libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf: otherwise,
        k: value,
    }
}
