//! Reading what an updater is given: the document, of which there may be none yet, and the arguments.

use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde_json::{Error, de::StrRead};

/// Reads the current document as the type that the updater takes.
///
/// A document that does not exist is `None` to an `Option` and `{}` to every other type. One that does is
/// `Some` to an `Option`, even when it is `null`: somebody wrote that.
pub(crate) fn document<T: DeserializeOwned>(current: Option<&str>) -> Result<T, Error> {
    match current {
        Some(text) => read(text, Outermost::Present),
        None => read("{}", Outermost::Missing),
    }
}

/// Reads the arguments as the type that the updater takes.
pub(crate) fn args<T: DeserializeOwned>(args: &str) -> Result<T, Error> {
    read(args, Outermost::Json)
}

fn read<T: DeserializeOwned>(text: &str, option: Outermost) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Input {
        json: &mut json,
        option,
    })?;
    // A missing document's `{}` is not read by an `Option`, and nothing can follow it.
    if !matches!(option, Outermost::Missing) {
        json.end()?;
    }
    Ok(value)
}

/// What an outermost `Option` is.
#[derive(Clone, Copy)]
enum Outermost {
    /// `None`, whatever the text.
    Missing,
    /// `Some`, whatever the text.
    Present,
    /// As in all JSON: `None` for `null`.
    Json,
}

/// `serde_json`'s deserializer, but for the outermost value.
struct Input<'a, 'de> {
    json: &'a mut serde_json::Deserializer<StrRead<'de>>,
    option: Outermost,
}

macro_rules! as_json {
    ($($method:ident($($argument:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Error> {
            self.json.$method($($argument,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Input<'_, 'de> {
    type Error = Error;

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.option {
            Outermost::Missing => visitor.visit_none(),
            Outermost::Present => visitor.visit_some(Input {
                option: Outermost::Json,
                ..self
            }),
            Outermost::Json => self.json.deserialize_option(visitor),
        }
    }

    /// Only from an object. serde takes an array for a struct as well, its fields in order: a document `[]`
    /// would come back as an object, and whatever it was meant to be would be gone.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.json.deserialize_map(visitor)
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
        deserialize_map()
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier() deserialize_ignored_any()
    }
}
