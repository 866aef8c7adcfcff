//! What goes through an updater untouched comes out with the same value. The host leaves such a member as
//! it is; a number that came back as another one would be a change that nobody asked for.

use amend_guest::{Patch, Refusal, Value, run};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Own {
    #[serde(flatten)]
    others: serde_json::Map<String, Value>,
}

/// The document after an updater that changes nothing, on a `Value` and on an own type.
fn through(document: &str) -> [String; 2] {
    let value = run(
        |value: Value, _: Value| Ok::<_, Refusal>(value),
        Some(document),
        "{}",
    );
    let own = run(
        |own: Own, _: Value| Ok::<_, Refusal>(own),
        Some(document),
        "{}",
    );
    [value, own].map(|answer| match answer {
        Ok(Some(Patch::Replace(text))) => text,
        other => panic!("{document}: {other:?}"),
    })
}

#[test]
fn numbers_keep_their_digits() {
    let long = format!("0.{}", "1234567890".repeat(500));
    for number in [
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1.50",
        "18446744073709551617",
        "-9223372036854775809",
        "1e+400",
        "1e-400",
        "0.1e-5",
        "123456789012345678901234567890",
        "3.141592653589793238462643383279",
        &long,
    ] {
        let document = format!(r#"{{"n":{number},"in":[{number}]}}"#);
        assert_eq!(through(&document), [document.clone(), document]);
    }
}

#[test]
fn an_exponent_may_be_spelled_another_way() {
    let [value, own] = through(r#"{"n":1E400,"m":1e5}"#);
    assert_eq!(value, r#"{"n":1e+400,"m":1e+5}"#);
    assert_eq!(own, value);
}

#[test]
fn members_keep_their_order() {
    let document = r#"{"z":1,"a":{"y":2,"b":3},"m":[{"k":4,"c":5}]}"#;
    assert_eq!(through(document), [document, document]);
}

#[test]
fn strings_keep_their_characters() {
    let document = r#"{"":"\u0000\u001f \"\\ é \u2028 😀"}"#;
    for text in through(document) {
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap(),
            serde_json::from_str::<Value>(document).unwrap()
        );
    }
    // What no Rust string can hold is refused, not replaced.
    assert!(
        run(
            |value: Value, _: Value| Ok::<_, Refusal>(value),
            Some(r#""\ud800""#),
            "{}"
        )
        .is_err()
    );
}

/// Without `serde_json`'s `float_roundtrip`, thousands of these come back with another last digit.
#[test]
fn floats_of_own_types_are_read_exactly() {
    let mut bits = 88_172_645_463_325_252_u64;
    for _ in 0..20_000 {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        let number = f64::from_bits(bits);
        if number.is_finite() {
            let answer = run(
                |read: f64, _: Value| Ok::<_, Refusal>(read),
                Some(&format!("{number:e}")),
                "{}",
            );
            let Ok(Some(Patch::Replace(text))) = answer else {
                panic!("{number:e}: {answer:?}")
            };
            assert_eq!(text.parse(), Ok(number), "{number:e}");
        }
    }
}

/// serde's own limitation under `arbitrary_precision`, as the crate's documentation says: loud, not wrong.
#[test]
fn a_fraction_inside_a_flattened_struct_is_refused() {
    #[derive(Debug, Deserialize, Serialize)]
    struct Inner {
        ratio: f64,
    }
    #[derive(Debug, Deserialize, Serialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
    }
    let answer = run(
        |outer: Outer, _: Value| Ok::<_, Refusal>(outer),
        Some(r#"{"ratio":1.5}"#),
        "{}",
    );
    assert!(
        answer
            .unwrap_err()
            .reason()
            .contains("invalid type: map, expected f64")
    );
}
