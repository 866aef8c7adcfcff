//! Values that these languages would round, cut or lose: they come back as they were, or are refused.

use crate::{LANGUAGES, example as guest};
use amend_tests::updated as run;

#[test]
fn what_is_not_touched_keeps_every_byte() {
    let long = format!("0.{}", "1234567890".repeat(500));
    let zeros = format!("1{}e-400", "0".repeat(400));
    let numbers = [
        "0",
        "-0",
        "-0.0",
        "0e99999999999999999999",
        "1.0",
        "1.50",
        "1E5",
        "100e-2",
        "123456789012345678",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
        "9007199254740993",
        "9007199254740993.0",
        "1e22",
        "1e23",
        "1e400",
        "-1e400",
        "1e-400",
        "5e-324",
        "4e-324",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "0.30000000000000004",
        "0.1000000000000000055511151231257827",
        "3.141592653589793238462643383279",
        &long,
        &zeros,
    ];
    for language in LANGUAGES {
        let counter = guest(language, "counter");
        for number in numbers {
            let document = format!(
                "{{\"n\" : {number},\t\"count\":4, \"in\": [{number}, {{\"n\":{number}}}]}}\r\n"
            );
            assert_eq!(
                run(&counter, &document, "{}").as_ref(),
                Ok(&document.replace("\"count\":4", "\"count\":5")),
                "{language}"
            );
        }
        let document =
            r#"{"":"\u0000\u001f \"\\ \/ é \u2028 😀 \ud83d\ude00","count":4,"in":{"a":1 ,"a":2}}"#;
        let after = run(&counter, document, "{}");
        match language {
            // Its values cannot have a member twice.
            "zig" => assert!(after.unwrap_err().contains("the document: ")),
            _ => assert_eq!(after.unwrap(), document.replace(":4", ":5")),
        }
    }
}

#[test]
fn what_is_no_count_is_refused() {
    for language in LANGUAGES {
        let counter = guest(language, "counter");
        for document in [
            r#"{"count":null}"#,
            r#"{"count":"4"}"#,
            r#"{"count":4.5}"#,
            r#"{"count":4.0}"#,
            r#"{"count":1e400}"#,
            r#"{"count":9223372036854775808}"#,
            r#"{"count":-9223372036854775809}"#,
            r#"{"count":[4]}"#,
            r#"{"count":1,"count":2}"#,
            r#"{"x":"\ud800"}"#,
            "[]",
            "null",
            "4",
            "\"\"",
        ] {
            let reason = run(&counter, document, "{}").unwrap_err();
            assert!(
                reason.contains("the document"),
                "{language}: {document}: {reason}"
            );
        }
        for args in [
            r#"{"by":"1"}"#,
            r#"{"by":null}"#,
            r#"{"by":1.5}"#,
            r#"{"yb":1}"#,
            "[1]",
            "1",
            "null",
        ] {
            let reason = run(&counter, "{}", args).unwrap_err();
            assert!(
                reason.contains("the arguments"),
                "{language}: {args}: {reason}"
            );
        }
        let full = format!(r#"{{"count":{}}}"#, i64::MAX);
        let reason = run(&counter, &full, "{}").unwrap_err();
        assert_eq!(
            reason, "9223372036854775807 and 1 more are too many for a counter of 64 bits",
            "{language}"
        );
        let all = run(&counter, &full, &format!(r#"{{"by":{}}}"#, i64::MIN));
        assert_eq!(all.unwrap(), r#"{"count":-1}"#, "{language}");
    }
}

#[test]
fn a_string_does_not_end_at_a_nul() {
    for language in LANGUAGES {
        let token = guest(language, "token");
        let document = r#"{"token":"a\u0000b"}"#;
        let other = r#"{"token":"c\u0000d","previous":"a\u0000c"}"#;
        let reason = run(&token, document, other).unwrap_err();
        assert_eq!(reason, "another token is registered", "{language}");
        assert!(run(&token, document, r#"{"token":"c","previous":"a"}"#).is_err());
        let same = r#"{"token":"c\u0000d","previous":"a\u0000b"}"#;
        assert_eq!(
            run(&token, document, same).unwrap(),
            r#"{"token":"c\u0000d"}"#,
            "{language}"
        );
        // `null` is none, as in the other languages.
        assert_eq!(
            run(
                &token,
                r#"{"token":null}"#,
                r#"{"token":"t","previous":null}"#
            )
            .unwrap(),
            r#"{"token":"t"}"#,
            "{language}"
        );
        assert!(run(&token, document, r#"{"token":null}"#).is_err());
    }
}

#[test]
fn what_is_nested_without_end_is_refused() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for language in LANGUAGES {
        let (counter, manifest) = (guest(language, "counter"), guest(language, "manifest"));
        let document = |depth| format!(r#"{{"deep": {}, "count":4}}"#, nested(depth));
        assert_eq!(
            run(&counter, &document(126), "{}").unwrap(),
            document(126).replace(":4", ":5"),
            "{language}"
        );
        let args = |depth| format!(r#"{{"keys":["a"],"value":{}}}"#, nested(depth));
        assert!(
            run(&manifest, "{}", &args(126)).is_ok(),
            "{language}: its values are copied and written all the way down"
        );
        for depth in [127, 500] {
            let reason = run(&counter, &document(depth), "{}").unwrap_err();
            assert!(
                reason.contains("deeper than 127 levels"),
                "{language}: {reason}"
            );
            assert!(run(&manifest, "{}", &args(depth)).is_err(), "{language}");
        }
    }
}

#[test]
fn a_large_document_is_no_matter() {
    let elements = vec![r#"{"id": 12345678901234567890123, "text": "ab\n"}"#; 20_000].join(", ");
    let document = format!(r#"{{"list": [{elements}], "count":4}}"#);
    for language in LANGUAGES {
        assert!(
            run(&guest(language, "counter"), &document, "{}")
                == Ok(document.replace("\"count\":4", "\"count\":5")),
            "{language}"
        );
    }
}

/// What imports nothing can do nothing but answer, and needs nothing of a host.
#[test]
fn nothing_is_imported() {
    for language in LANGUAGES {
        for name in ["counter", "manifest", "token"] {
            let component = amend_guest_build::component(&format!("{language}/{name}")).unwrap();
            let output = std::process::Command::new(amend_tests::amend())
                .args(["inspect", "--json"])
                .arg(component)
                .output()
                .unwrap();
            let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let imports = said["imports"].as_array().unwrap();
            let others: Vec<_> = imports
                .iter()
                .filter(|import| !import.to_string().contains("amend:document/types"))
                .collect();
            assert!(others.is_empty(), "{language}/{name}: {others:?}");
        }
    }
}
