//! Putting a component where others look for it.

use std::{fs, path::Path};

use crate::Error;

/// Copies a component to its place. Whoever reads there sees the old or the new one, never a part of one;
/// one that has not changed is left alone, so that nothing that depends on it has to be done again.
///
/// Only for the one who holds the build's lock: the temporary file has a fixed name.
pub(crate) fn publish(component: &Path, place: &Path) -> Result<(), Error> {
    let bytes = fs::read(component).map_err(Error::file("read", component))?;
    if fs::read(place).is_ok_and(|published| published == bytes) {
        return Ok(());
    }
    let temporary = place.with_extension("wasm.new");
    fs::write(&temporary, bytes).map_err(Error::file("write", &temporary))?;
    fs::rename(&temporary, place).map_err(Error::file("write", place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_change_is_written() {
        let directory = tempfile::tempdir().unwrap();
        let (component, place) = (
            directory.path().join("made.wasm"),
            directory.path().join("counter.wasm"),
        );
        let publish_bytes = |bytes: &str| {
            fs::write(&component, bytes).unwrap();
            publish(&component, &place).unwrap();
            (
                fs::read_to_string(&place).unwrap(),
                fs::metadata(&place).unwrap().modified().unwrap(),
            )
        };
        let first = publish_bytes("one");
        assert_eq!(publish_bytes("one"), first);
        assert_eq!(publish_bytes("two").0, "two");
        assert_eq!(
            fs::read_dir(&directory).unwrap().count(),
            2,
            "the temporary file is gone"
        );
    }
}
