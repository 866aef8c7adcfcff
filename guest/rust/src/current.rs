//! Reading the document that an updater starts from: as JSON, or as "there is none yet".

use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde_json::{Error, de::StrRead};

/// Reads the current document as the type that the updater takes.
///
/// A document that does not exist is `None` to an `Option` and `{}` to every other type. One that does is
/// `Some` to an `Option`, even when it is `null`: somebody wrote that.
pub(crate) fn read<T: DeserializeOwned>(current: Option<&str>) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_str(current.unwrap_or("{}"));
    let document = T::deserialize(Document {
        json: &mut json,
        exists: current.is_some(),
    })?;
    if current.is_some() {
        json.end()?;
    }
    Ok(document)
}

/// `serde_json`'s deserializer, but for the meaning of an outermost `Option`.
struct Document<'a, 'de> {
    json: &'a mut serde_json::Deserializer<StrRead<'de>>,
    exists: bool,
}

macro_rules! as_json {
    ($($method:ident($($argument:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Error> {
            self.json.$method($($argument,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Document<'_, 'de> {
    type Error = Error;

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.exists {
            visitor.visit_some(self.json)
        } else {
            visitor.visit_none()
        }
    }

    as_json! {
        deserialize_any() deserialize_bool()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64()
        deserialize_char() deserialize_str() deserialize_string() deserialize_bytes() deserialize_byte_buf()
        deserialize_unit() deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_seq() deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_map() deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier() deserialize_ignored_any()
    }
}
