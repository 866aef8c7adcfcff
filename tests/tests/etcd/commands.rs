//! The command line, with addresses where paths stand.

use amend_store::{EtcdOptions, Store};
use amend_tests::amend;
use amend_tests::etcd::Cluster;
use amend_tests::increment;
use amend_tests::program;
use amend_tests::proxy::{Action, Proxy, Request};
use std::process::Command;

/// Runs `amend` in this environment: the exit code, and what it printed and said.
fn run_in(environment: &[(&str, &str)], args: &[&str]) -> (i32, String, String) {
    let output = Command::new(amend())
        .args(args)
        .envs(environment.iter().copied())
        .output()
        .expect("the command runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("it was not killed");
    (code, text(&output.stdout), text(&output.stderr))
}

fn run(args: &[&str]) -> (i32, String, String) {
    run_in(&[], args)
}

#[test]
fn a_document_is_got_updated_and_compared() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let address = etcd.address("/app/state.json");
    let (code, _, said) = run(&["get", &address]);
    assert_eq!(code, 11, "{said}");
    assert!(said.contains("there is no such document"), "{said}");
    let (code, printed, said) = run(&["update", &address, "--set", "/port=1", "--json"]);
    assert_eq!((code, said.as_str()), (0, ""));
    let receipt: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    let version = receipt["version"].as_str().expect("a version").to_owned();
    assert_eq!(
        etcd.etcdctl(&["get", "--print-value-only", "/app/state.json"]),
        "{\n  \"port\": 1\n}\n\n"
    );
    let (code, _, said) = run(&[
        "update",
        &address,
        "--set",
        "/port=2",
        "--if-version",
        "none",
    ]);
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains(&format!("found version {version}; read it again")),
        "{said}"
    );
    let (code, printed, _) = run(&[
        "update",
        &address,
        "--set",
        "/port=2",
        "--if-version",
        &version,
        "--dry-run",
    ]);
    assert_eq!(code, 0);
    assert!(
        printed.contains("-  \"port\": 1\n+  \"port\": 2\n"),
        "{printed}"
    );
    let (code, _, said) = run(&[
        "update",
        &address,
        "--set",
        "/port=2",
        "--if-version",
        &version,
    ]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        run(&["get", &address, "/port"]),
        (0, "2\n".to_owned(), String::new())
    );
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), r#"{"port": 3}"#).expect("it is written");
    let (code, printed, _) = run(&["diff", &address, file.path().to_str().expect("UTF-8")]);
    assert_eq!(
        (code, printed.trim()),
        (0, r#"[{"op":"replace","path":"/port","value":3}]"#)
    );
}

#[test]
fn a_program_is_granted_a_prefix() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    etcd.etcdctl(&[
        "put",
        "/app/state.json",
        r#"{"mine": {"n": 1}, "secret": 2}"#,
    ]);
    let component = program("does-what-it-is-told");
    let component = component.to_str().expect("UTF-8");
    // Two members, of which the second is nobody.
    let grant = format!(
        "state=etcd://{},127.0.0.1:1/app,under=/mine",
        etcd.endpoints()
    );
    let (code, printed, said) = run(&[
        "run",
        component,
        "--grant",
        &grant,
        "--",
        "merge",
        r#"{"n":2}"#,
        "state/state.json",
        "read",
        "state/state.json",
        "read",
        "state/../other.json",
    ]);
    assert_eq!((code, said.as_str()), (0, ""), "{printed}");
    assert!(printed.starts_with("merge: done"), "{printed}");
    assert!(printed.contains("Denied("), "{printed}");
    assert!(!printed.contains("127.0.0.1"), "{printed}");
    let stored = etcd.etcdctl(&["get", "--print-value-only", "/app/state.json"]);
    assert_eq!(stored, "{\"mine\": {\"n\": 2}, \"secret\": 2}\n");
}

#[test]
fn an_address_that_is_mistyped_is_said() {
    for (address, expected) in [
        ("etcd:/a:1/x.json", "does not begin with `etcd://`"),
        ("etcds://a:1/x.json", "does not begin with `etcd://`"),
        ("http://a:1/x.json", "does not begin with `etcd://`"),
        ("etcd:///x.json", "it names no host"),
        ("etcd://a:b/x.json", "`a:b` is not HOST:PORT"),
        ("etcd://a:1,/x.json", "`` is not HOST:PORT"),
        ("etcd://a:1", "it names no document"),
        (
            "etcd://ada:tulip@a:1/x.json",
            "an address cannot have a user or a password in it",
        ),
    ] {
        for args in [&["get", address][..], &["update", address, "--set", "/a=1"]] {
            let (code, _, said) = run(args);
            assert_eq!(code, 2, "{said}");
            assert!(said.contains(expected), "{said}");
            assert!(
                said.contains("etcd://HOST:PORT[,HOST:PORT...]/PREFIX/DOCUMENT"),
                "{said}"
            );
            assert!(!said.contains("tulip"), "{said}");
        }
    }
    let (code, _, said) = run(&["run", "x.wasm", "--grant", "state=etcd://a:1,b:2"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("write the prefix as well"), "{said}");
    let nobody = "etcd://127.0.0.1:1/x.json";
    let (code, _, said) = run(&["update", nobody, "--set", "/a=1", "--lock-timeout", "300ms"]);
    assert_eq!(code, 12, "{said}");
    assert!(
        said.contains("cannot be reached") && said.contains("check the address"),
        "{said}"
    );
    let (code, _, said) = run(&["get", "etcd://127.0.0.1:1/../x.json"]);
    assert_eq!(code, 8, "{said}");
}

#[test]
fn options_that_do_not_go_together_are_said() {
    let get = ["get", "etcd://127.0.0.1:1/x.json"];
    for (environment, options, expected) in [
        (
            &[][..],
            &["--etcd-user", "ada"][..],
            "a user has a password",
        ),
        (&[("AMEND_ETCD_USER", "ada")], &[], "a user has a password"),
        (
            &[],
            &["--etcd-cert", "a.pem"],
            "a certificate and its key go together",
        ),
        (
            &[("AMEND_ETCD_CERT", "a"), ("AMEND_ETCD_KEY", "b")],
            &[],
            "--etcd-ca has the certificates to trust",
        ),
    ] {
        let (code, _, said) = run_in(environment, &[&get[..], options].concat());
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(expected), "{said}");
    }
    let (code, _, said) = run(&[&get[..], &["--etcd-ca", "/nowhere/ca.pem"]].concat());
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("/nowhere/ca.pem: reading it for TLS"),
        "{said}"
    );
}

#[test]
fn a_password_comes_from_the_environment_or_a_file() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    for arguments in [
        &["user", "add", "root:sesame"][..],
        &["user", "grant-role", "root", "root"],
        &["auth", "enable"],
    ] {
        if arguments[1] == "grant-role" {
            etcd.etcdctl(&["role", "add", "root"]);
        }
        etcd.etcdctl(arguments);
    }
    let address = etcd.address("/app/state.json");
    let update = ["update", &address, "--set", "/a=1"];
    let (code, _, said) = run(&update);
    assert_eq!(code, 8, "{said}");
    let environment = [
        ("AMEND_ETCD_USER", "root"),
        ("AMEND_ETCD_PASSWORD", "sesame"),
    ];
    let (code, _, said) = run_in(&environment, &update);
    assert_eq!(code, 0, "{said}");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "sesame\n").expect("it is written");
    let path = file.path().to_str().expect("UTF-8");
    let (code, printed, said) = run(&[
        "get",
        &address,
        "/a",
        "--etcd-user",
        "root",
        "--etcd-password-file",
        path,
    ]);
    assert_eq!((code, printed.as_str()), (0, "1\n"), "{said}");
    let wrong = [("AMEND_ETCD_USER", "root"), ("AMEND_ETCD_PASSWORD", "rose")];
    let (code, _, said) = run_in(&wrong, &update);
    assert_eq!(code, 8, "{said}");
    assert!(!said.contains("rose"), "{said}");
}

#[test]
fn an_outcome_that_is_not_known_has_an_exit_code_of_its_own() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let mut is_cut = false;
    let proxy = Proxy::start(
        etcd.members[0].endpoint(),
        move |request: &Request| match is_cut {
            true => Action::LoseRequest,
            false if request.is_attempt() => {
                is_cut = true;
                Action::LoseAnswer
            }
            false => Action::Pass,
        },
    );
    let address = format!("etcd://{}/app/state.json", proxy.endpoint);
    let (code, _, said) = run(&["update", &address, "--set", "/a=1", "--lock-timeout", "1s"]);
    assert_eq!(code, 10, "{said}");
    assert!(said.contains("outcome unknown"), "{said}");
    assert!(said.contains("read the document before retrying"), "{said}");
}

/// Another one changes the document before each of its transactions arrives.
#[test]
fn who_is_never_the_fastest_is_told_so() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let faster = Store::etcd(&etcd.address("/app"), EtcdOptions::default()).expect("an address");
    let proxy = Proxy::start(etcd.members[0].endpoint(), move |request: &Request| {
        if request.is_attempt() {
            faster
                .update("state.json", increment)
                .expect("it is the fastest");
        }
        Action::Pass
    });
    let address = format!("etcd://{}/app/state.json", proxy.endpoint);
    let (code, _, said) = run(&["update", &address, "--set", "/a=1", "--lock-timeout", "1s"]);
    assert_eq!(code, 7, "{said}");
    assert!(said.contains("conflicting update"), "{said}");
    let (_, document, _) = run(&["get", &etcd.address("/app/state.json")]);
    assert!(!document.contains("\"a\""), "{document}");
}

#[test]
fn what_is_too_large_says_how_to_raise_the_limit() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let address = etcd.address("/app/large.json");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), format!("\"{}\"", "x".repeat(1600 << 10))).expect("it is written");
    let replace = format!("@{}", file.path().display());
    let (code, _, said) = run(&["update", &address, "--replace", &replace]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("--etcd-max-request)"), "{said}");
    let (code, _, said) = run(&[
        "update",
        &address,
        "--replace",
        &replace,
        "--etcd-max-request",
        "4MiB",
    ]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("raise etcd's --max-request-bytes"), "{said}");
}
