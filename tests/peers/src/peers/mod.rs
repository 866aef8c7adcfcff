//! Those who keep documents, each in the way that its documentation recommends.

mod amend;
pub(crate) mod extism;
mod files;
mod lmdb;
mod plain;
pub(crate) mod plugins;
pub(crate) mod python;
mod raw;
mod sqlite;
mod values;

pub(crate) use amend::{Amend, AmendGuest};
pub(crate) use lmdb::Lmdb;
pub(crate) use plain::Plain;
pub(crate) use raw::Raw;
pub(crate) use sqlite::Sqlite;
