//! What the plain reading can be asked about.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The value, when `serde_json::Value` can hold all there is to it: no name is there twice, and every
/// number is an integer of 64 bits, of which there is one spelling.
pub(crate) fn strict(text: &str) -> Option<Value> {
    serde_json::from_str::<Strict>(text)
        .ok()
        .map(|strict| strict.0)
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(Strictly).map(Strict)
    }
}

struct Strictly;

impl<'de> Visitor<'de> for Strictly {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what there is one way to read")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(element)) = elements.next_element()? {
            list.push(element);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if name == NUMBER {
                return number(&members.next_value::<String>()?)
                    .ok_or_else(|| A::Error::custom("a number that is no integer of 64 bits"));
            }
            let Strict(member) = members.next_value()?;
            if map.insert(name, member).is_some() {
                return Err(A::Error::custom("a name is there twice"));
            }
        }
        Ok(map.into())
    }
}

/// What `serde_json` calls a number that it keeps as its digits. It does so when anybody in the same build has
/// asked for `arbitrary_precision`, as the kit for Rust guests does.
const NUMBER: &str = "$serde_json::private::Number";

fn number(digits: &str) -> Option<Value> {
    let unsigned = digits.parse::<u64>().ok().map(Value::from);
    let signed = || digits.parse::<i64>().ok().map(Value::from);
    let number = unsigned.or_else(signed)?;
    let spelling = number.to_string();
    (spelling == digits).then_some(number)
}
