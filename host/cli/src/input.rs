//! Reading patches and tables, which may come from files without an end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The text of a file. Of a longer one no more than the limit is read.
pub(crate) fn of_file(file: &Path, limit: usize) -> io::Result<String> {
    text(File::open(file)?, limit)
}

/// The text of standard input, within the same limit.
pub(crate) fn of_stdin(limit: usize) -> io::Result<String> {
    text(io::stdin().lock(), limit)
}

fn text(from: impl Read, limit: usize) -> io::Result<String> {
    let mut text = String::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    from.take(most).read_to_string(&mut text)?;
    if text.len() > limit {
        let message = format!("it is larger than the limit of {limit} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(text)
}
