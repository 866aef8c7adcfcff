//! A document, and patches of it.

use amend_document::{ApplyError, Document, Limits, Patch, Pointer, get};
use serde_json::Value;

use super::strict::strict;
use super::{halves, leaves, many};
use crate::plain;

/// A document and a patch, with a `%` between them: the patch as operations, as a merge and as a
/// replacement, each as far as it is one, compared with the plain reading.
pub(crate) fn apply(input: &[u8]) {
    let Some((text, patch)) = halves(input) else {
        return;
    };
    let Ok(mut document) = Document::parse(text, &limits()) else {
        return;
    };
    let patches = [
        Patch::operations(patch),
        Patch::merge(patch),
        Patch::replace(patch),
    ];
    for patch in patches.iter().flatten() {
        one_patch(&mut document, text, patch);
    }
    let bare = document.to_text();
    if let (Ok(operations), Some(list)) = (&patches[0], strict(patch)) {
        far_inside(&bare, operations, &list);
    }
}

fn limits() -> Limits {
    Limits::default().with_size(1 << 20)
}

fn one_patch(document: &mut Document<'_>, text: &[u8], patch: &Patch) {
    let before = document.to_text();
    let applied = document.apply(patch);
    let after = document.to_text();
    assert_eq!(after.len(), document.len());
    assert_eq!(document.is_changed(), after.as_bytes() != text);
    let pieces: Vec<&[u8]> = document.pieces().collect();
    assert_eq!(pieces.concat(), after.as_bytes());
    match applied {
        Ok(changed) => assert_eq!(changed, after != before),
        Err(_) => assert_eq!(after, before),
    }
    assert!(
        after.len() <= before.len().max(1 << 20),
        "larger than the limit"
    );
    if let Err(error) = Document::parse(after.as_bytes(), &limits()) {
        panic!("what comes out is not JSON, or too deep: {error}");
    }
    compare(&before, patch, &applied, &after);
}

/// With the plain reading, where that can read both.
fn compare(before: &str, patch: &Patch, applied: &Result<bool, ApplyError>, after: &str) {
    if let Err(ApplyError::TooLarge { .. } | ApplyError::TooDeep { .. }) = applied {
        return;
    }
    let Some(value) = strict(before) else { return };
    let mut expected = value.clone();
    let done = match patch {
        Patch::Operations(operations) => {
            let Some(Value::Array(list)) = strict(&operations.to_string()) else {
                return;
            };
            let done = list
                .iter()
                .try_for_each(|operation| plain::apply(&mut expected, operation));
            if done.is_some() {
                untouched(before, &value, after, &list);
            }
            done
        }
        Patch::Merge(json) => {
            let Some(json) = strict(json.as_str()) else {
                return;
            };
            plain::merge(&mut expected, &json);
            Some(())
        }
        Patch::Replace(json) => {
            let Some(json) = strict(json.as_str()) else {
                return;
            };
            expected = json;
            Some(())
        }
        _ => return,
    };
    assert_eq!(applied.is_ok(), done.is_some(), "{applied:?}");
    if done.is_some() {
        assert_eq!(strict(after), Some(expected));
    }
}

/// Scalars that no operation has to do with are spelled as before.
fn untouched(before: &str, value: &Value, after: &str, operations: &[Value]) {
    let touched: Vec<Pointer> = operations
        .iter()
        .filter(|operation| operation["op"] != "test")
        .flat_map(|operation| [operation.get("path"), operation.get("from")])
        .flatten()
        .filter_map(|pointer| Pointer::parse(pointer.as_str()?).ok())
        .map(|pointer| {
            // In an array, the other elements move.
            let is_index =
                |token: &String| token == "-" || token.bytes().all(|byte| byte.is_ascii_digit());
            let tokens = pointer.tokens();
            let keep = tokens.len() - usize::from(tokens.last().is_some_and(is_index));
            tokens[..keep].iter().cloned().collect()
        })
        .collect();
    for (pointer, _) in leaves(value) {
        if touched
            .iter()
            .all(|touched| !touched.is_prefix_of(&pointer))
        {
            let text = |whole: &'_ str| {
                get(
                    whole.as_bytes(),
                    &pointer,
                    &Limits::default().with_depth(600),
                )
                .map(|found| found.map(str::to_owned))
            };
            assert_eq!(text(before), text(after), "{pointer}");
        }
    }
}

/// The same operations do the same to a document that stands in the middle of a long array, whether their
/// pointers lead there or begin there.
fn far_inside(text: &str, operations: &Patch, list: &Value) {
    let bare = text.trim_start_matches('\u{feff}').trim();
    let (long, count) = many(bare);
    let at = format!("/{}", count / 2);
    let mut list = list.clone();
    for operation in list.as_array_mut().into_iter().flatten() {
        for member in ["path", "from"] {
            if let Some(Value::String(pointer)) = operation.get_mut(member) {
                pointer.insert_str(0, &at);
            }
        }
    }
    let limits = Limits::default().with_depth(600);
    let mut alone = Document::parse(bare.as_bytes(), &limits).expect("it was JSON before");
    let mut inside = Document::parse(long.as_bytes(), &limits).expect("an array of it is, too");
    let Ok(patch) = Patch::operations(&list.to_string()) else {
        return;
    };
    let does_touch_the_root = list.as_array().into_iter().flatten().any(|operation| {
        ["path", "from"].iter().any(|member| {
            operation
                .get(*member)
                .is_some_and(|pointer| pointer == at.as_str())
        })
    });
    if does_touch_the_root || alone.apply(operations).is_err() {
        return;
    }
    inside.apply(&patch).expect("it worked for the one alone");
    let at = Pointer::parse(&at).expect("it is one");
    let mut under = Document::parse(long.as_bytes(), &limits).expect("it was JSON before");
    let applied = under.apply_under(&at, operations);
    applied.expect("it worked for the one alone");
    assert_eq!(under.to_text(), inside.to_text());
    let alone = alone.to_text();
    let inside = inside.get(&at).expect("no ambiguity").expect("it is there");
    assert_eq!(strict(&alone), strict(&inside));
}
