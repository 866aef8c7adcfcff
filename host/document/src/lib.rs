//! Changing JSON text without disturbing it: JSON text in, a patch, JSON text out, and every byte that
//! the patch does not touch stays as it was.
//!
//! A [`Document`] is its *text*. It is checked once, as a whole, and from then on a patch only ever
//! takes apart the containers its pointers lead through; everything else is carried along as slices of
//! the old text. Key order, indentation, `1.0` and `1e400` and twenty-digit integers, escapes, line
//! endings and the final newline come out as they went in, because nobody ever looked at them.
//!
//! ```
//! use amend_document::{Document, Limits, Patch};
//!
//! let text = b"{\n  \"name\": \"caf\\u00e9\",\n  \"price\": 1.50\n}\n";
//! let mut document = Document::parse(text, &Limits::default())?;
//! let patch = Patch::operations(r#"[{"op": "add", "path": "/open", "value": true}]"#)?;
//!
//! assert!(document.apply(&patch)?);
//! assert_eq!(
//!     document.to_text(),
//!     "{\n  \"name\": \"caf\\u00e9\",\n  \"price\": 1.50,\n  \"open\": true\n}\n",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What stands where
//!
//! | word | meaning |
//! | --- | --- |
//! | [`Document`] | one JSON text that patches are applied to |
//! | [`Patch`] | a change as data: [`Operations`] (RFC 6902), a merge (RFC 7396), or a replacement |
//! | [`Pointer`] | names one value in a document (RFC 6901) |
//! | [`Json`] | the text of one JSON value, checked |
//! | [`Limits`] | how deep and how large a document may be |
//! | [`Meter`] | how much work and memory a patch may take |
//! | [`diff`] | the operations that turn one document into another |
//! | [`get`] | the exact text of one value of a document |
//!
//! # Policies
//!
//! Where the RFCs leave a choice, this is the one made:
//!
//! - An empty text, or one of white space alone, is not JSON and is refused; whoever stores documents
//!   decides what an empty *file* means (see [`Document::absent`]).
//! - A byte order mark (RFC 8259 section 8.1 lets a parser ignore it) is ignored when reading and kept
//!   when writing. Any other encoding than UTF-8 is refused with the offset of the first wrong byte.
//! - Duplicate names are kept where nobody touches them. A pointer through a duplicated name is
//!   ambiguous and refused, and so is a patch whose own objects have them where they mean something.
//! - Numbers are compared exactly, as decimals: `1`, `1.0` and `10e-1` are equal, and so are `0` and
//!   `-0`; `18446744073709551617` and `18446744073709551616` are not. They are never rounded.
//! - Strings are compared after their escapes are read, lone surrogates included.
//! - Objects are equal whatever the order of their members. Objects with duplicate names are equal only
//!   when they have the same members in the same order.
//! - The whole document cannot be removed (`remove` at the root); it can be replaced.
//!
//! # Limitations
//!
//! This crate does no I/O and takes no locks: it must be given the text and gives back a text. Making
//! that atomic and durable is the store's work. It reads RFC 8259 by the letter; JSON5, JSON with
//! comments, and several documents in one text are refused.

mod align;
mod apply;
mod applying;
mod check;
mod container;
mod decode;
mod diff;
mod document;
mod elements;
mod equal;
mod error;
mod fingerprint;
mod fit;
mod get;
mod json;
mod kin;
mod layout;
mod limits;
mod lookup;
mod merge;
mod meter;
mod names;
mod node;
mod number;
mod operations;
mod patch;
mod path;
mod pieces;
mod pointer;
mod read;
mod relay;
mod scan;
mod sequence;
mod short;
mod skip;
mod small;
mod sort;
mod source;
mod split;
mod state;
mod syntax;
mod text;
mod under;
mod walk;

pub use diff::{diff, diff_within};
pub use document::Document;
pub use error::{ApplyError, ApplyErrorKind, Attempt, Obstacle, PatchError, ReadError};
pub use get::{GetError, get};
pub use json::Json;
pub use limits::Limits;
pub use meter::{Exceeded, Meter};
pub use operations::Operations;
pub use patch::Patch;
pub use pointer::{Pointer, PointerError};
pub use syntax::SyntaxError;
