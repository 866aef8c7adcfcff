//! Patches.

use crate::error::PatchError;
use crate::json::Json;
use crate::limits::Limits;
use crate::merge;
use crate::meter::Meter;
use crate::operations::Operations;

/// A change of a document, as data. Applied as a whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Patch {
    /// Operations, by RFC 6902.
    Operations(Operations),
    /// A merge, by RFC 7396: members are set, or removed by `null`, at any depth. Make it with
    /// [`Patch::merge`], which checks more than that it is JSON.
    Merge(Json),
    /// The whole new document. It is compared with the old one, and only what differs in value is
    /// written: the rest keeps its order, spelling and layout.
    Replace(Json),
    /// The whole new document, as [`Patch::Replace`]; but where there is none yet, its value is put there byte for byte,
    /// in the layout that it has, as a copy of another document should be. A line end stands behind it.
    Copy(Json),
    /// Several, each on the result of the one before, all or none.
    All(Vec<Patch>),
}

impl Patch {
    /// Reads operations (RFC 6902) from their text, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// [`PatchError`] when the text is not JSON, or is not an array of operations.
    pub fn operations(text: &str) -> Result<Patch, PatchError> {
        Patch::operations_with(text, &Limits::default())
    }

    /// Reads operations (RFC 6902) from their text.
    ///
    /// # Errors
    ///
    /// As [`Patch::operations`].
    pub fn operations_with(text: &str, limits: &Limits) -> Result<Patch, PatchError> {
        Patch::operations_within(text, limits, &Meter::unlimited())
    }

    /// Reads operations (RFC 6902) from their text, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// As [`Patch::operations`], and [`PatchError::Exceeded`] when it costs too much to read.
    pub fn operations_within(
        text: &str,
        limits: &Limits,
        meter: &Meter,
    ) -> Result<Patch, PatchError> {
        Ok(Patch::Operations(Operations::parse_within(
            text, limits, meter,
        )?))
    }

    /// Reads a merge (RFC 7396) from its text, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// [`PatchError`] when the text is not JSON, or when one of its objects has a name twice.
    pub fn merge(text: impl Into<String>) -> Result<Patch, PatchError> {
        Patch::merge_with(text, &Limits::default())
    }

    /// Reads a merge (RFC 7396) from its text.
    ///
    /// # Errors
    ///
    /// As [`Patch::merge`].
    pub fn merge_with(text: impl Into<String>, limits: &Limits) -> Result<Patch, PatchError> {
        Patch::merge_within(text, limits, &Meter::unlimited())
    }

    /// Reads a merge (RFC 7396) from its text, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// As [`Patch::merge`], and [`PatchError::Exceeded`] when it costs too much to read.
    pub fn merge_within(
        text: impl Into<String>,
        limits: &Limits,
        meter: &Meter,
    ) -> Result<Patch, PatchError> {
        let json = Json::parse_within(text, limits, meter)?;
        merge::check(json.as_str(), meter)?;
        Ok(Patch::Merge(json))
    }

    /// Reads a whole new document, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// [`PatchError`] when the text is not JSON.
    pub fn replace(text: impl Into<String>) -> Result<Patch, PatchError> {
        Patch::replace_with(text, &Limits::default())
    }

    /// Reads a whole new document.
    ///
    /// # Errors
    ///
    /// As [`Patch::replace`].
    pub fn replace_with(text: impl Into<String>, limits: &Limits) -> Result<Patch, PatchError> {
        Patch::replace_within(text, limits, &Meter::unlimited())
    }

    /// Reads a whole new document, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// As [`Patch::replace`], and [`PatchError::Exceeded`] when it costs too much to read.
    pub fn replace_within(
        text: impl Into<String>,
        limits: &Limits,
        meter: &Meter,
    ) -> Result<Patch, PatchError> {
        Ok(Patch::Replace(Json::parse_within(text, limits, meter)?))
    }

    /// Reads a document that is to be copied.
    ///
    /// # Errors
    ///
    /// As [`Patch::replace`].
    pub fn copy_with(text: impl Into<String>, limits: &Limits) -> Result<Patch, PatchError> {
        Patch::copy_within(text, limits, &Meter::unlimited())
    }

    /// Reads a document that is to be copied, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// As [`Patch::replace`], and [`PatchError::Exceeded`] when it costs too much to read.
    pub fn copy_within(
        text: impl Into<String>,
        limits: &Limits,
        meter: &Meter,
    ) -> Result<Patch, PatchError> {
        Ok(Patch::Copy(Json::parse_within(text, limits, meter)?))
    }
}
