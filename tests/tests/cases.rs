//! `amend test`: a table of cases against an updater, without a file.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use amend_runtime::{Case, Expected};
use amend_tests::{amend, example, hostile, look, program};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs `amend test` in a directory that holds the table and nothing else, which must stay so. Answers with the exit
/// code, standard output and standard error.
fn test(component: &Path, table: &str, options: &[&str]) -> (i32, String, String) {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("cases.json"), table).unwrap();
    let before = look(scratch.path());
    let output = Command::new(amend())
        .arg("test")
        .arg(component)
        .arg("cases.json")
        .args(options)
        .current_dir(scratch.path())
        .output()
        .unwrap();
    assert_eq!(look(scratch.path()), before);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

#[test]
fn a_table_that_passes() {
    let table = r#"[
        {"name": "no document", "expected": "{\n  \"count\": 1\n}\n"},
        {"name": "an empty file is none", "document": "", "expected": "{\n  \"count\": 1\n}\n"},
        {"name": "adds", "document": "{\"count\":4}\r\n", "args": {"by": 2}, "expected": "{\"count\":6}\r\n"},
        {"name": "refuses", "document": "{\"count\":\"four\"}", "refusal": "invalid type"}
    ]"#;
    let told = test(&example("rust/counter"), table, &[]);
    let shown = "\
ok      no document
ok      an empty file is none
ok      adds
ok      refuses
4 passed, 0 failed
";
    assert_eq!(told, (0, shown.to_owned(), String::new()));
}

#[test]
fn what_differs_is_shown() {
    let table = r#"[
        {"name": "passes", "expected": "{\n  \"count\": 1\n}\n"},
        {"name": "another line", "document": "{\n  \"count\": 4\n}\n", "expected": "{\n  \"count\": 4\n}\n"},
        {"name": "another line end", "document": "{\"count\": 4}\r\n", "expected": "{\"count\": 5}\n"},
        {"name": "no document expected", "expected": null},
        {"name": "another reason", "document": "[]", "refusal": "too many"},
        {"name": "not refused", "document": "{}", "refusal": "too many"},
        {"name": "refused", "document": "[]", "expected": "[]"},
        {"name": "not \u001b[31m JSON", "document": "{", "expected": "{"}
    ]"#;
    let (code, shown, errors) = test(&example("rust/counter"), table, &[]);
    assert_eq!((code, errors.as_str()), (1, ""));
    let reason = "the document does not fit this updater: invalid type: sequence, expected struct State at line 1 column 0";
    let expected = format!(
        r#"ok      passes
FAILED  another line
--- expected
+++ found
@@ -1,3 +1,3 @@
 {{
-  "count": 4
+  "count": 5
 }}
FAILED  another line end
--- expected
+++ found
@@ -1 +1 @@
-{{"count": 5}}
+{{"count": 5}}\r
FAILED  no document expected
        the document differs: expected no document, found "{{\n  \"count\": 1\n}}\n"
FAILED  another reason
        refused: {reason}
        expected a reason that contains: too many
FAILED  not refused
        did not refuse; expected a reason that contains: too many
        the document: "{{\"count\":1}}"
FAILED  refused
        refused: {reason}
FAILED  not \u{{1b}}[31m JSON
        the case's document is not JSON: line 1, column 2 (offset 1): expected a member name or `}}`, found the end of the text
1 passed, 7 failed
"#
    );
    assert_eq!(shown, expected);
}

#[test]
fn a_guest_that_fails_fails_the_case() {
    let scratch = tempfile::tempdir().unwrap();
    let table = r#"[{"name": "ends", "expected": "{}"}]"#;
    let loops = hostile("loops-in-update", scratch.path());
    let (code, shown, _) = test(&loops, table, &["--timeout", "50ms"]);
    assert_eq!(code, 1);
    assert_eq!(
        shown,
        "FAILED  ends\n        the guest did not answer within 50ms (the limit on its time: --timeout)\n\
         0 passed, 1 failed\n"
    );
    let (code, shown, _) = test(&loops, table, &["--fuel", "1000"]);
    assert!(code == 1 && shown.contains("1000 units of fuel"), "{shown}");
}

#[test]
fn what_cannot_be_tested_is_said() {
    let table = r#"[{"name": "a", "expected": "{}"}]"#;
    let (code, shown, errors) = test(&program("reads-for-ever"), table, &[]);
    assert_eq!((code, shown.as_str()), (6, ""));
    assert!(errors.contains("not an updater"), "{errors}");

    let counter = example("rust/counter");
    let (code, _, errors) = test(Path::new("no-such.wasm"), table, &[]);
    assert!(code == 1 && errors.contains("no-such.wasm"), "{errors}");
    for (table, says) in [
        ("{}", "cases.json: not a table of cases"),
        ("[{]", "cases.json: not a table of cases"),
        ("[]", "cases.json: there are no cases in it"),
        (
            "[\n{\"name\": \"a\", \"expected\": null},\n{\"name\": \"b\",\n\"expceted\": \"{}\"}]",
            "cases.json: line 4, case \"b\": unknown field `expceted`",
        ),
        (
            r#"[{"name": "a", "expected": "{}", "refusal": ""}]"#,
            "line 1, case \"a\": it has both `expected` and `refusal`",
        ),
        (
            r#"[{"name": "a"}]"#,
            "line 1, case \"a\": it has neither `expected`",
        ),
        (
            r#"[{"expected": "{}"}]"#,
            "line 1, case 1: missing field `name`",
        ),
        (
            r#"[{"name": "a", "document": {"count": 4}, "expected": "{}"}]"#,
            r#"case "a": a document is written as its text, in a string, because every byte of it counts: "{\"count\": 4}""#,
        ),
    ] {
        let (code, shown, errors) = test(&counter, table, &[]);
        assert_eq!((code, shown.as_str()), (2, ""), "{table}: {errors}");
        assert!(errors.contains(says), "{table}: {errors}");
    }
    let missing = Command::new(amend())
        .args(["test", "a.wasm", "no-such-table.json"])
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no-such-table.json"));
}

#[test]
fn arguments_may_be_null_and_null_may_be_expected() {
    let table = Case::table(
        r#"[{"name": "a", "args": null, "expected": null}, {"name": "b", "refusal": ""}]"#,
    )
    .unwrap();
    assert_eq!(table[0].args.as_str(), "null");
    assert_eq!(table[0].expected, Expected::Document(None));
    assert_eq!(table[1].args.as_str(), "{}");
    assert_eq!(table[1].expected, Expected::Refusal(String::new()));
}
