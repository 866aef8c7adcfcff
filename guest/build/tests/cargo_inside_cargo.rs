//! A guest is compiled from inside `cargo test`, by several processes at once, with an environment that was
//! meant for another cargo: the first one compiles, the others wait, and all get the same component.

use std::{
    fs,
    process::{Command, Stdio},
};

#[test]
fn many_callers_with_a_misleading_environment() {
    let callers: Vec<_> = (0..3)
        .map(|_| {
            Command::new(env!("CARGO_BIN_EXE_guests"))
                .args(["--quiet", "rust/counter"])
                .env("RUSTFLAGS", "--no-such-flag")
                .env("CARGO_ENCODED_RUSTFLAGS", "--no-such-flag")
                .env("RUSTC_WRAPPER", "no-such-wrapper")
                .env("RUSTC_WORKSPACE_WRAPPER", "no-such-wrapper")
                .env("CARGO_BUILD_TARGET", "no-such-target")
                .env("CARGO_PROFILE_GUEST_OPT_LEVEL", "no-such-level")
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();

    let component = amend_guest_build::component("rust/counter").unwrap();
    let bytes = fs::read(&component).unwrap();
    // What tells a component from a core module.
    assert_eq!(bytes[..8], *b"\0asm\x0d\x00\x01\x00");
    let line = format!("{:>10} {}\n", bytes.len(), component.display());
    for caller in callers {
        let output = caller.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(String::from_utf8_lossy(&output.stdout), line);
    }
}

#[test]
fn an_unknown_guest_fails_with_the_list_of_those_there_are() {
    let output = Command::new(env!("CARGO_BIN_EXE_guests"))
        .arg("rust/conter")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        message.starts_with("error: there is no guest \"rust/conter\"; there are: "),
        "{message}"
    );
    assert!(message.contains("rust/counter"), "{message}");
    assert!(
        amend_guest_build::component("rust").is_err(),
        "a language is not one guest"
    );
}
