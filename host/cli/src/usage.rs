//! Messages about arguments, which repeat them.

use amend_runtime::escaped;
use clap::Error;
use clap::error::{ContextKind, ContextValue};

/// The same error with nothing in it that steers a terminal or begins a line: a script may have passed an argument on that
/// somebody else has chosen.
pub(crate) fn harmless(mut error: Error) -> Error {
    let repeated: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| Some((kind, harmless_value(value)?)))
        .collect();
    for (kind, value) in repeated {
        error.insert(kind, value);
    }
    // The reason of a value's own parser repeats it as well, and is not among the values.
    let message = error.render().to_string();
    if message.chars().any(|c| c.is_control() && c != '\n') {
        let lines: Vec<String> = message
            .lines()
            .map(|line| escaped(line).to_string())
            .collect();
        // What it is made of adds the first word again.
        let text = lines.join("\n") + "\n";
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        return Error::raw(error.kind(), text);
    }
    error
}

fn harmless_value(value: &ContextValue) -> Option<ContextValue> {
    match value {
        ContextValue::String(text) => Some(ContextValue::String(escaped(text).to_string())),
        ContextValue::Strings(texts) => {
            let texts = texts.iter().map(|text| escaped(text).to_string());
            Some(ContextValue::Strings(texts.collect()))
        }
        // A suggestion that repeats such an argument has to be left out: its text is styled already.
        ContextValue::StyledStrs(texts) => {
            let steers = |text: &String| escaped(text).to_string() != *text;
            let is_harmless = !texts
                .iter()
                .map(ToString::to_string)
                .any(|text| steers(&text));
            (!is_harmless).then_some(ContextValue::None)
        }
        _ => None,
    }
}
