//! Large documents, and what has to be done at the least to change one.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes a pretty document of about this size, and gives the number of its members. They are called `/key-0` and so
/// on, and each has a `value` of forty digits, as text.
///
/// # Errors
///
/// When it cannot be written.
pub fn make_document(path: &Path, size: usize) -> anyhow::Result<usize> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut written = 0;
    let mut members = 0;
    out.write_all(b"{\n")?;
    while written < size {
        let comma = if members == 0 { "" } else { ",\n" };
        let member = format!(
            "{comma}  \"key-{members}\": {{\n    \"name\": \"service {members}\",\n    \"weight\": {}.5,\n    \
             \"tags\": [\n      \"a\",\n      \"bcd\"\n    ],\n    \"value\": \"0123456789012345678901234567890123456789\"\n  }}",
            members % 977
        );
        out.write_all(member.as_bytes())?;
        written += member.len();
        members += 1;
    }
    out.write_all(b"\n}\n")?;
    out.into_inner()?.sync_all()?;
    Ok(members)
}

/// What an update has to do at the least: read the file, write another, make it durable.
///
/// # Errors
///
/// When a call fails.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(from)?;
    let mut copy = File::create(to)?;
    copy.write_all(&bytes)?;
    copy.sync_all()?;
    Ok(())
}
