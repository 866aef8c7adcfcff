//! What a guest has answered, and what has to come of it.

use amend_store::document::{Document, Exceeded, Limits};
use amend_store::{Answer, Patch, Updater, UpdaterError};

/// A guest, and what it has answered.
pub(super) struct Recorded<U> {
    pub(super) updater: U,
    pub(super) patch: Option<Patch>,
}

impl<U: Updater> Updater for &mut Recorded<U> {
    fn update(&mut self, current: &Document<'_>) -> Result<Option<Answer<'_>>, UpdaterError> {
        let answer = self.updater.update(current)?;
        self.patch = answer.as_ref().map(|answer| answer.patch().clone());
        Ok(answer)
    }

    fn exceeded(&self, exceeded: Exceeded) -> Option<UpdaterError> {
        self.updater.exceeded(exceeded)
    }
}

/// What the patch makes of the document.
pub(super) fn patched(document: Option<&str>, patch: Option<&Patch>) -> Option<String> {
    let limits = Limits::default();
    let text = document.unwrap_or_default();
    let mut made = if text.is_empty() {
        Document::absent(&limits)
    } else {
        Document::parse(text.as_bytes(), &limits).expect("it is JSON")
    };
    let changed = patch.is_some_and(|patch| made.apply(patch).expect("the store has applied it"));
    if !changed {
        return document.map(str::to_owned);
    }
    let text = made.to_text();
    serde_json::from_str::<serde::de::IgnoredAny>(&text).expect("it is JSON");
    Some(text)
}
