//! Running an updater: text in, patch out.

use serde::de::DeserializeOwned;

use crate::{Answer, Patch, Refusal, depth, input, refuse};

/// Runs an updater as the host does, without WebAssembly: for the author's own tests.
///
/// `current` is the document's text, `None` when there is none; `args` is one JSON value.
///
/// # Errors
/// When the updater refuses, and when the document or the arguments do not fit the types that it takes:
/// the reason says which of the two, and what does not fit.
///
/// ```
/// use amend_guest::{Patch, Refusal, Value};
///
/// fn push(mut list: Vec<Value>, item: Value) -> Result<Vec<Value>, Refusal> {
///     list.push(item);
///     Ok(list)
/// }
///
/// assert_eq!(amend_guest::run(push, Some("[1]"), "2"), Ok(Some(Patch::Replace("[1,2]".into()))));
/// assert_eq!(
///     amend_guest::run(push, Some("7"), "2").unwrap_err().reason(),
///     "the document does not fit this updater: invalid type: integer `7`, expected a sequence at line 1 column 1"
/// );
/// ```
pub fn run<Current, Args, Answered, Refused, Kind>(
    update: impl FnOnce(Current, Args) -> Result<Answered, Refused>,
    current: Option<&str>,
    args: &str,
) -> Result<Option<Patch>, Refusal>
where
    Current: DeserializeOwned,
    Args: DeserializeOwned,
    Answered: Answer<Kind>,
    Refused: Into<Refusal>,
{
    let args = input::args(args)
        .map_err(|error| format!("the arguments do not fit this updater: {error}"))?;
    let current = input::document(current)
        .map_err(|error| format!("the document does not fit this updater: {error}"))?;
    let patch = update(current, args).map_err(Into::into)?.into_patch()?;
    // It would be the last update that anybody made with serde_json's help.
    if let Some(Patch::Replace(document)) = &patch
        && depth::depth(document) > depth::DEEPEST
    {
        refuse!(
            "the new document would be nested deeper than {} levels",
            depth::DEEPEST
        );
    }
    Ok(patch)
}
