//! One way to write a value that all of its spellings have in common.

use crate::decode::decode;
use crate::number;
use crate::split::{scalar_end, string_end};

/// Two values are [`equal`](crate::equal::equal) exactly when these bytes are. They are for comparing
/// one value with many, and mean nothing else.
pub(crate) fn canonical(value: &str) -> Vec<u8> {
    let bytes = value.as_bytes();
    // The innermost container that is open comes last; the first only holds the value itself.
    let mut open = vec![Open::default()];
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        let finished = match byte {
            b'{' | b'[' => {
                open.push(Open {
                    is_object: byte == b'{',
                    ..Open::default()
                });
                continue;
            }
            b'}' | b']' => open.pop().map(Open::close).unwrap_or_default(),
            b'"' => {
                at = string_end(bytes, start);
                string(&decode(&value[start..at]))
            }
            b'-' | b'0'..=b'9' => {
                at = scalar_end(bytes, start);
                number::canonical(&value[start..at])
            }
            b't' | b'f' | b'n' => {
                at = scalar_end(bytes, start);
                bytes[start..at].to_vec()
            }
            _ => continue,
        };
        if let Some(around) = open.last_mut() {
            around.take(finished);
        }
    }
    open.pop().map(Open::close).unwrap_or_default()
}

#[derive(Default)]
struct Open {
    is_object: bool,
    /// The name of the member whose value comes next.
    name: Option<Vec<u8>>,
    /// Names, empty in an array, and values.
    children: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Open {
    fn take(&mut self, child: Vec<u8>) {
        if self.is_object && self.name.is_none() {
            self.name = Some(child);
        } else {
            self.children
                .push((self.name.take().unwrap_or_default(), child));
        }
    }

    /// The order of members means nothing, unless a name is there twice.
    fn close(self) -> Vec<u8> {
        let mut children: Vec<_> = self.children.iter().collect();
        if self.is_object {
            children.sort_by_key(|(name, _)| name);
            if children.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                children = self.children.iter().collect();
            }
        }
        let mut out = vec![if self.is_object { b'{' } else { b'[' }];
        for (name, value) in children {
            out.extend_from_slice(name);
            out.extend_from_slice(value);
            out.push(b',');
        }
        out.push(b']');
        out
    }
}

/// With its length in front, so that no string can look like something else.
fn string(meaning: &[u8]) -> Vec<u8> {
    [format!("\"{}\"", meaning.len()).as_bytes(), meaning].concat()
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use crate::equal::equal;

    #[test]
    fn it_agrees_with_the_comparison_of_two() {
        let values = [
            "[1, 2.0]",
            "[1.0,2]",
            "[[1],2]",
            "[1,[2]]",
            "[]",
            "{}",
            "[{}]",
            "null",
            "0",
            "-0",
            "\"0\"",
            r#"{"a": 1, "b": {"c": [], "d": null}}"#,
            r#"{"b":{"d":null,"c":[ ]},"\u0061":1e0}"#,
            r#"{"a":1,"a":2}"#,
            r#"{ "a":1.0, "a":2 }"#,
            r#"{"a":2,"a":1}"#,
            r#"{"a":1,"b":2}"#,
            r#""\ud800""#,
            r#""\uD800""#,
            r#""\ud801""#,
            r#"["a,","b"]"#,
            r#"["a",",b"]"#,
        ];
        for a in values {
            for b in values {
                assert_eq!(canonical(a) == canonical(b), equal(a, b), "{a} and {b}");
            }
        }
    }
}
