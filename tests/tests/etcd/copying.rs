//! `amend copy`: between files and etcd, there and back.

use amend_tests::amend;
use amend_tests::etcd::Cluster;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The exit code, and what was printed and said.
fn copy(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(amend())
        .arg("copy")
        .args(args)
        .output()
        .expect("the command runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("it was not killed");
    (code, text(&output.stdout), text(&output.stderr))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Documents whose every byte counts, and what is none.
fn fill(directory: &Path) {
    fs::create_dir_all(directory.join("deep/er")).expect("a directory");
    fs::write(
        directory.join("a.json"),
        "{ \"n\": 1.0,\r\n\"big\":1e400, \"dup\":1 }\n",
    )
    .expect("it is written");
    fs::write(directory.join("deep/er/b \u{e4}.json"), "[1, 2]\n").expect("it is written");
    fs::write(directory.join("a.json.lock"), "").expect("it is written");
    fs::write(directory.join("empty.json"), "").expect("it is written");
}

#[test]
fn a_directory_goes_to_etcd_and_comes_back_as_it_was() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let scratch = tempfile::tempdir().expect("a directory");
    let (here, back) = (scratch.path().join("here"), scratch.path().join("back"));
    fill(&here);
    let (code, printed, said) = copy(&[path(&here), &etcd.address("/app")]);
    assert_eq!((code, said.as_str()), (0, ""));
    assert!(printed.contains("1/3 copied: a.json\n"), "{printed}");
    assert!(
        printed.ends_with("2 copied, 1 the same, 0 left\n"),
        "{printed}"
    );
    // What was copied is not copied again.
    let (code, printed, _) = copy(&[path(&here), &etcd.address("/app")]);
    assert_eq!(code, 0);
    assert!(
        printed.ends_with("0 copied, 3 the same, 0 left\n"),
        "{printed}"
    );
    // Other keys are none of its business.
    etcd.etcdctl(&["put", "/application", "{}"]);
    let (code, printed, said) = copy(&[&etcd.address("/app"), path(&back)]);
    assert_eq!((code, said.as_str()), (0, ""));
    assert!(
        printed.ends_with("2 copied, 0 the same, 0 left\n"),
        "{printed}"
    );
    for document in ["a.json", "deep/er/b \u{e4}.json"] {
        let read =
            |directory: &Path| fs::read_to_string(directory.join(document)).expect("it is there");
        assert_eq!(read(&here), read(&back), "{document}");
    }
    assert!(!back.join("lication").exists() && !back.join("application").exists());
}

#[test]
fn one_that_differs_is_left_unless_it_is_to_be_replaced() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let scratch = tempfile::tempdir().expect("a directory");
    for (name, text) in [
        ("a.json", "1"),
        ("b.json", "2"),
        ("c.json", "{"),
        ("d.json", "4"),
    ] {
        fs::write(scratch.path().join(name), text).expect("it is written");
    }
    etcd.etcdctl(&["put", "/app/a.json", "[1]"]);
    let to = etcd.address("/app");
    let (code, printed, said) = copy(&[path(scratch.path()), &to]);
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains("a.json: another document is there; --overwrite replaces it"),
        "{said}"
    );
    assert!(said.contains("c.json: not JSON"), "{said}");
    assert!(
        printed.ends_with("2 copied, 0 the same, 2 left\n"),
        "{printed}"
    );
    assert_eq!(
        etcd.etcdctl(&["get", "--print-value-only", "/app/a.json"]),
        "[1]\n"
    );
    let (code, printed, said) = copy(&[path(scratch.path()), &to, "--overwrite"]);
    assert_eq!(code, 3, "{said}");
    assert!(
        printed.ends_with("1 copied, 2 the same, 1 left\n"),
        "{printed}"
    );
    assert_eq!(
        etcd.etcdctl(&["get", "--print-value-only", "/app/a.json"]),
        "1\n"
    );
}

#[test]
fn one_document_goes_where_it_is_told() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let scratch = tempfile::tempdir().expect("a directory");
    let file = scratch.path().join("a.json");
    fs::write(&file, "{\"a\": 1}\n").expect("it is written");
    assert_eq!(
        copy(&[path(&file), &etcd.address("/app/b.json"), "-q"]),
        (0, String::new(), String::new())
    );
    assert_eq!(copy(&[path(&file), &etcd.address("/app/"), "-q"]).0, 0);
    assert_eq!(
        etcd.etcdctl(&["get", "--keys-only", "--prefix", "/app"]),
        "/app/a.json\n\n/app/b.json\n\n"
    );
    assert_eq!(
        copy(&[&etcd.address("/app/b.json"), path(scratch.path()), "-q"]).0,
        0
    );
    assert_eq!(
        fs::read_to_string(scratch.path().join("b.json")).expect("it is there"),
        "{\"a\": 1}\n"
    );
    let (code, _, said) = copy(&[&etcd.address("/nowhere"), path(scratch.path())]);
    assert_eq!(code, 11, "{said}");
    let (code, _, said) = copy(&["/nowhere/at/all.json", &etcd.address("/app/")]);
    assert_eq!(code, 11, "{said}");
}

#[test]
fn a_prefix_of_more_than_a_page_is_copied_whole_and_begun_again() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let scratch = tempfile::tempdir().expect("a directory");
    let here = scratch.path().join("here");
    fs::create_dir(&here).expect("a directory");
    for number in 0..1005 {
        fs::write(here.join(format!("{number}.json")), format!("{number}\n"))
            .expect("it is written");
    }
    // Killed in the middle: when it has said that some are copied.
    let mut child = Command::new(amend())
        .args(["copy", path(&here), &etcd.address("/app")])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut out = std::io::BufReader::new(child.stdout.take().expect("it was piped"));
    for _ in 0..100 {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut out, &mut line).expect("it prints");
    }
    child.kill().expect("it is killed");
    child.wait().expect("it is a child");
    let (code, printed, said) = copy(&[path(&here), &etcd.address("/app")]);
    assert_eq!(code, 0, "{said}");
    let counts: Vec<usize> = printed
        .lines()
        .last()
        .expect("a summary")
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|word| word.parse().ok())
        .collect();
    assert_eq!((counts[0] + counts[1], counts[2]), (1005, 0), "{counts:?}");
    assert!(counts[1] >= 100 && counts[0] > 0, "{counts:?}");
    let back = scratch.path().join("back");
    let (code, printed, _) = copy(&[&etcd.address("/app/"), path(&back)]);
    assert_eq!(code, 0);
    assert!(
        printed.ends_with("1005 copied, 0 the same, 0 left\n"),
        "{printed}"
    );
}
