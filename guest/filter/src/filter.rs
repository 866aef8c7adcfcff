//! From a document to the changed one, by way of an updater.

use amend_document::{Document, Json, Limits, Patch, Pointer};

use crate::bindings::amend::document::types::Patch as Said;
use crate::failure::Failure;

/// Asks the updater what should change, and changes it, as a host does with a file.
pub(crate) fn filter<'t>(
    input: &'t [u8],
    args: &Json,
    update: impl FnOnce(Option<&str>, &str) -> Result<Option<Said>, String>,
) -> Result<Document<'t>, Failure> {
    let limits = Limits::default();
    let mut document = if input.is_empty() {
        Document::absent(&limits)
    } else {
        Document::parse(input, &limits).map_err(Failure::Document)?
    };
    // Without the white space and the byte order mark around it: the updater is given JSON.
    let current = document.get(&Pointer::root())?;
    let said = update(current.as_deref(), args.as_str()).map_err(Failure::Refused)?;
    if let Some(said) = said {
        document.apply(&patch(said)?)?;
    }
    Ok(document)
}

fn patch(said: Said) -> Result<Patch, Failure> {
    Ok(match said {
        Said::Operations(text) => Patch::operations(&text)?,
        Said::Merge(text) => Patch::merge(text)?,
        Said::Replace(text) => Patch::replace(text)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out when the updater answers with this, or the message when nothing does.
    fn filtered(input: &str, said: Result<Option<Said>, &str>) -> Result<String, String> {
        let args = Json::parse("{}").unwrap();
        let said = said.map_err(str::to_owned);
        let document = filter(input.as_bytes(), &args, |_, _| said);
        let document = document.map_err(|failure| failure.to_string())?;
        let mut out = Vec::new();
        document.write_to(&mut out).unwrap();
        Ok(String::from_utf8(out).unwrap())
    }

    const DOCUMENT: &str = "\u{feff}{ \"b\":1.0,\r\n\t\"a\": 18446744073709551617 }\n\n";

    #[test]
    fn every_kind_of_patch_keeps_what_it_does_not_touch() {
        let changed = DOCUMENT.replace("1.0", "2");
        for said in [
            Said::Operations(r#"[{"op": "replace", "path": "/b", "value": 2}]"#.into()),
            Said::Merge(r#"{"b": 2}"#.into()),
            Said::Replace(r#"{"a":18446744073709551617,"b":2}"#.into()),
        ] {
            assert_eq!(filtered(DOCUMENT, Ok(Some(said))).unwrap(), changed);
        }
    }

    #[test]
    fn no_answer_changes_nothing() {
        assert_eq!(filtered(DOCUMENT, Ok(None)).unwrap(), DOCUMENT);
        assert_eq!(filtered("", Ok(None)).unwrap(), "");
    }

    #[test]
    fn an_empty_input_is_no_document() {
        let args = Json::parse("[ 1 ]").unwrap();
        let document = filter(b"", &args, |current, args| {
            assert_eq!((current, args), (None, "[ 1 ]"));
            Ok(Some(Said::Merge(r#"{"a": 1}"#.into())))
        });
        assert_eq!(document.unwrap().to_text(), "{\n  \"a\": 1\n}\n");
    }

    #[test]
    fn the_updater_is_given_the_value_alone() {
        let args = Json::parse("{}").unwrap();
        filter(DOCUMENT.as_bytes(), &args, |current, _| {
            assert_eq!(
                current,
                Some(DOCUMENT.trim_start_matches('\u{feff}').trim())
            );
            Ok(None)
        })
        .unwrap();
    }

    #[test]
    fn what_went_wrong_is_told_apart() {
        let add = |path: &str| {
            let text = format!(r#"[{{"op": "add", "path": "{path}", "value": 1}}]"#);
            Ok(Some(Said::Operations(text)))
        };
        for (input, said, message) in [
            ("{", add("/a"), "the document on standard input is not JSON"),
            (
                " \n",
                add("/a"),
                "the document on standard input is not JSON",
            ),
            ("{}", Err("not today"), "refused: not today"),
            ("{}", add("a"), "the updater did not answer with a patch"),
            (
                "{}",
                Ok(Some(Said::Replace(String::new()))),
                "the updater did not answer with a patch",
            ),
            (
                "{}",
                Ok(Some(Said::Merge("{".into()))),
                "the updater did not answer with a patch",
            ),
            (
                "{}",
                add("/a/b"),
                "the updater's patch does not fit the document",
            ),
        ] {
            let reason = filtered(input, said).unwrap_err();
            assert!(reason.starts_with(message), "{reason}");
        }
    }
}
