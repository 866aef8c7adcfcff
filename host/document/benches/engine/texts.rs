//! The documents and the changes of them.

use std::fmt::Write as _;

use amend_document::{Document, Json, Limits, Operations, Patch, Pointer};

/// A pretty document of records, as programs keep them.
pub(crate) fn records(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 1024);
    text.push_str("{\n  \"version\": 3,\n  \"records\": [\n");
    let mut number = 0u64;
    while text.len() < bytes {
        let comma = if number == 0 { "" } else { ",\n" };
        let hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        write!(
            text,
            "{comma}    {{\n      \"id\": {number},\n      \"name\": \"record number {number}\",\n      \"hash\": \"{hash:016x}\",\n      \"price\": {}.{:02},\n      \"tags\": [\n        \"a\",\n        \"caf\\u00e9\"\n      ],\n      \"open\": true,\n      \"parent\": null\n    }}",
            hash % 1000,
            hash % 100,
        )
        .unwrap();
        number += 1;
    }
    text.push_str("\n  ],\n  \"end\": \"here\"\n}\n");
    text
}

/// An object of small objects.
pub(crate) fn members(count: usize) -> String {
    let mut text = String::from("{");
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        write!(
            text,
            "{comma}\n  \"member {number}\": {{\n    \"value\": {number}\n  }}"
        )
        .unwrap();
    }
    text + "\n}\n"
}

pub(crate) fn replace(pointer: &str, value: &str) -> Operations {
    Operations::new().replace(
        Pointer::parse(pointer).unwrap(),
        Json::parse(value).unwrap(),
    )
}

/// Writes as a file would be written to.
struct Count(usize);

impl std::io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Parses, applies and writes; answers how many bytes were written.
pub(crate) fn change(text: &str, patch: &Patch) -> usize {
    let mut document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
    document.apply(patch).unwrap();
    let mut count = Count(0);
    document.write_to(&mut count).unwrap();
    count.0
}
