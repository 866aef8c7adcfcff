//! How `wasmtime run --invoke` is told values, and how it prints them: in WAVE, the text form of the component model's
//! values.

use wasm_wave::value::{Type, Value};
use wasm_wave::wasm::WasmValue;

/// What an updater answers with: the kind of the patch and its text, nothing, or the reason of a refusal.
pub(crate) type Answer = Result<Option<(String, String)>, String>;

/// The call of an updater, as `--invoke` takes it.
pub(crate) fn call(current: Option<&str>, args: &str) -> String {
    let text = |text: &str| Value::make_string(text.into());
    let current = Value::make_option(&Type::option(Type::STRING), current.map(text)).unwrap();
    let [current, args] = [current, text(args)].map(|value| wasm_wave::to_string(&value).unwrap());
    format!("amend:document/updater.update@0.1.0({current}, {args})")
}

/// The answer that was printed.
pub(crate) fn answer(printed: &str) -> Answer {
    let kinds = ["operations", "merge", "replace"].map(|kind| (kind, Some(Type::STRING)));
    let patch = Type::option(Type::variant(kinds).unwrap());
    let answer = Type::result(Some(patch), Some(Type::STRING));
    let printed = printed.strip_suffix('\n').unwrap_or(printed);
    let value: Value =
        wasm_wave::from_str(&answer, printed).unwrap_or_else(|error| panic!("{error}: {printed}"));
    let text = |value: &Value| value.unwrap_string().into_owned();
    match value.unwrap_result() {
        Ok(patch) => Ok(patch.unwrap().unwrap_option().map(|patch| {
            let (kind, content) = patch.unwrap_variant();
            (kind.into_owned(), text(&content.unwrap()))
        })),
        Err(reason) => Err(text(&reason.unwrap())),
    }
}

#[test]
fn what_was_printed_is_what_was_said() {
    assert_eq!(
        call(Some("{\"a\": \"\\u00e9é\n\"}"), "'\\'"),
        r#"amend:document/updater.update@0.1.0(some("{\"a\": \"\\u00e9é\n\"}"), "\'\\\'")"#
    );
    assert_eq!(
        call(None, "{}"),
        r#"amend:document/updater.update@0.1.0(none, "{}")"#
    );
    assert_eq!(answer("ok(none)\n"), Ok(None));
    assert_eq!(
        answer("ok(some(merge(\"{\\\"a\\\": \\\"\\\\n\\u{e9}\\t\\\"}\")))\n"),
        Ok(Some(("merge".into(), "{\"a\": \"\\né\t\"}".into())))
    );
    assert_eq!(answer("err(\"no\\n\")\n"), Err("no\n".into()));
}
