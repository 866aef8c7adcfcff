//! Write an amend updater in Rust as one plain function.
//!
//! An updater decides how one JSON document should change. It reads no file and takes no lock: the host gives
//! it the document and the caller's arguments, and makes the change it answers with.
//!
//! ```
//! use amend_guest::{Refusal, refuse};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize, Serialize)]
//! struct Stock {
//!     #[serde(default)]
//!     apples: u64,
//! }
//!
//! #[derive(Deserialize)]
//! struct Order {
//!     take: u64,
//! }
//!
//! fn update(mut stock: Stock, order: Order) -> Result<Stock, Refusal> {
//!     let Some(left) = stock.apples.checked_sub(order.take) else {
//!         refuse!("only {} are left", stock.apples);
//!     };
//!     stock.apples = left;
//!     Ok(stock)
//! }
//!
//! amend_guest::updater!(update);
//! ```
//!
//! `amend new rust NAME` makes a project with an updater in it that is built, tested and run with the commands of its
//! README.
//!
//! # What may stand where
//!
//! `fn update(document: D, args: A) -> Result<R, E>`, where
//!
//! | | is | |
//! | --- | --- | --- |
//! | `D` | the author's own type, [`Value`], or `Box<`[`RawValue`]`>` for the text as it stands | a document that does not exist yet is `{}` |
//! | | an `Option` of one of these | a document that does not exist yet is `None` |
//! | `A` | as `D`; what the caller passed, one JSON value | |
//! | `R` | the new state, anything that serializes | the host compares it with the document and edits only what differs |
//! | | a [`Patch`] | exactly what should change |
//! | | an `Option` of one of these | `None` leaves the document as it is; it does not delete it |
//! | `E` | a [`Refusal`], or any type that becomes one: an error, a `String` | the document stays as it is, the caller sees the reason |
//!
//! `D` and `A` own what they read (`String`, not `&str`). A document or arguments that do not fit them are
//! refused with a reason that says which of the two, what, and where; nothing panics.
//!
//! A type that names only some of a document's members and is answered as the new state *removes the others*.
//! Keep them in a `#[serde(flatten)] others: serde_json::Map<String, Value>`, add
//! `#[serde(deny_unknown_fields)]` to refuse such documents, or answer with a [`Patch`].
//!
//! # The same answer every time
//!
//! The host may call an updater again with a newer document, in a fresh instance. So the answer depends on
//! the document and the arguments alone: no clock, no random numbers, no memory. What varies comes in as an
//! argument.
//!
//! # Numbers and order
//!
//! What an updater reads and writes back has the same value, so the host leaves it as it is. `serde_json`
//! does not do that unless it is told to; this crate turns on the features that do:
//!
//! - `arbitrary_precision`: a number in a [`Value`] keeps all its digits. Without it `18446744073709551617`
//!   comes back as `1.8446744073709552e19`, and `1e400` does not come in at all.
//! - `float_roundtrip`: an `f64` is read exactly. Without it, almost every third of all random `f64` comes
//!   back with another last digit.
//! - `preserve_order`: the members of a new object stay in the order they were made in.
//!
//! Together they cost up to 35 KB of component, most of it where `flatten` is used. What remains with
//! the author: a field of type `f64` holds no more than an `f64` does.
//!
//! # Limitations
//!
//! - With `arbitrary_precision`, numbers with a fraction or an exponent cannot be read as `f64` *inside* a
//!   `#[serde(flatten)]` struct, or an enum that is `untagged` or internally tagged: serde's own limitation.
//!   It is a refusal, never a changed number. [`Value`] works in these places.
//! - An object whose first member is named `$serde_json::private::Number` or `$serde_json::private::RawValue`
//!   is read by a [`Value`] as the number or the JSON that its text holds, or refused. `serde_json` reserves
//!   these names.
//! - An object with two members of the same name: a [`Value`] keeps the last, an own type refuses.
//! - Documents nested deeper than 127 levels are refused, and so is an answer that would be; a
//!   `Box<`[`RawValue`]`>` takes any depth, and a patch may make any.

pub use answer::Answer;
pub use patch::{Operation, Patch};
pub use pointer::pointer;
pub use refusal::Refusal;
pub use run::run;
pub use serde_json::{Value, json, value::RawValue};

pub mod answer;
#[doc(hidden)]
pub mod bindings;
mod depth;
mod export;
mod input;
mod patch;
mod pointer;
mod refusal;
mod run;
pub mod store;

/// What [`updater!`] expands to; nothing here is for authors.
#[doc(hidden)]
pub mod __private {
    pub use crate::bindings::{
        export,
        exports::amend::document::updater::{Guest, Patch},
    };
    pub use crate::export::answer;
}
