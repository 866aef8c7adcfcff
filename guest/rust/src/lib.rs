//! Skeleton docs
pub use answer::Answer;
pub use patch::{Operation, Patch};
pub use pointer::pointer;
pub use refusal::Refusal;
pub use run::run;
pub use serde_json::{Value, json, value::RawValue};

pub mod answer;
#[doc(hidden)]
pub mod bindings;
mod current;
mod export;
mod patch;
mod pointer;
mod refusal;
mod run;

/// What [`updater!`] expands to; nothing here is for authors.
#[doc(hidden)]
pub mod __private {
    pub use crate::bindings::{
        export,
        exports::amend::document::updater::{Guest, Patch},
    };
    pub use crate::export::answer;
}
