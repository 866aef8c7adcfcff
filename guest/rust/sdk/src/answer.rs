//! What an updater may answer with, and what the host makes of it.

use serde::Serialize;
use serde::ser::Serializer;
use serde_json::{Error, ser::CompactFormatter};

use crate::{Patch, Refusal};

/// What an updater answers with when it does not refuse: its new state, or a [`Patch`]; either may stand
/// in an `Option`, where `None` leaves the document as it is.
///
/// A state that can carry nothing does not compile: `Ok(())` would replace the document by `null`.
///
/// ```compile_fail
/// use amend_guest::{Refusal, Value};
/// let _ = amend_guest::run(|_: Value, _: Value| Ok::<(), Refusal>(()), None, "{}");
/// ```
///
/// `Kind` is there for the compiler only: it tells states from patches.
#[diagnostic::on_unimplemented(
    message = "an updater cannot answer with `{Self}`",
    label = "neither `Serialize` nor a `Patch` nor an `Option` of one of them",
    note = "answer with the new state (anything that implements `serde::Serialize`) or with an `amend_guest::Patch`"
)]
pub trait Answer<Kind> {
    /// The patch that the host gets; `None` leaves the document as it is.
    ///
    /// # Errors
    /// When the answer cannot be written as JSON.
    fn into_patch(self) -> Result<Option<Patch>, Refusal>;
}

/// A new state: anything that serializes.
#[derive(Debug)]
pub enum State {}

/// A [`Patch`].
#[derive(Debug)]
pub enum Change {}

impl<T: Serialize> Answer<State> for T {
    fn into_patch(self) -> Result<Option<Patch>, Refusal> {
        // `Ok(())` looks like "nothing to do", but written out it is `null`, and would replace the document.
        const {
            assert!(
                size_of::<T>() > 0,
                "an updater's answer must carry a state: `None` leaves the document as it is"
            );
        };
        let mut json = serde_json::Serializer::new(Vec::new());
        self.serialize(Document { json: &mut json })?;
        let text = String::from_utf8(json.into_inner())?;
        Ok(if text.is_empty() {
            None
        } else {
            Some(Patch::Replace(text))
        })
    }
}

impl Answer<Change> for Patch {
    fn into_patch(self) -> Result<Option<Patch>, Refusal> {
        Ok(Some(self))
    }
}

impl Answer<Change> for Option<Patch> {
    fn into_patch(self) -> Result<Option<Patch>, Refusal> {
        Ok(self)
    }
}

/// `serde_json`'s serializer, but for an outermost `None`: that writes nothing, where JSON would have `null`.
struct Document<'a> {
    json: &'a mut serde_json::Serializer<Vec<u8>>,
}

macro_rules! as_json {
    ($($method:ident($($argument:ident: $type:ty),*) -> $result:ident)*) => {$(
        fn $method(self, $($argument: $type),*) -> Result<Self::$result, Error> {
            self.json.$method($($argument),*)
        }
    )*};
}

type Compound<'a> = serde_json::ser::Compound<'a, Vec<u8>, CompactFormatter>;

impl<'a> Serializer for Document<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    fn serialize_none(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self.json)
    }

    // A newtype around an `Option` is that `Option`.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.json
            .serialize_newtype_variant(name, index, variant, value)
    }

    as_json! {
        serialize_bool(value: bool) -> Ok
        serialize_i8(value: i8) -> Ok
        serialize_i16(value: i16) -> Ok
        serialize_i32(value: i32) -> Ok
        serialize_i64(value: i64) -> Ok
        serialize_i128(value: i128) -> Ok
        serialize_u8(value: u8) -> Ok
        serialize_u16(value: u16) -> Ok
        serialize_u32(value: u32) -> Ok
        serialize_u64(value: u64) -> Ok
        serialize_u128(value: u128) -> Ok
        serialize_f32(value: f32) -> Ok
        serialize_f64(value: f64) -> Ok
        serialize_char(value: char) -> Ok
        serialize_str(value: &str) -> Ok
        serialize_bytes(value: &[u8]) -> Ok
        serialize_unit() -> Ok
        serialize_unit_struct(name: &'static str) -> Ok
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str) -> Ok
        serialize_seq(length: Option<usize>) -> SerializeSeq
        serialize_tuple(length: usize) -> SerializeTuple
        serialize_tuple_struct(name: &'static str, length: usize) -> SerializeTupleStruct
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, length: usize) -> SerializeTupleVariant
        serialize_map(length: Option<usize>) -> SerializeMap
        serialize_struct(name: &'static str, length: usize) -> SerializeStruct
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, length: usize) -> SerializeStructVariant
    }
}
