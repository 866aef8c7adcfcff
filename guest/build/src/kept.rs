//! Folders of installed tools, which are kept for the next time.

use std::{fs, path::PathBuf};

use crate::{Error, files, recipe::Recipe, tool::Tools};

/// The folder that a recipe fills, filled unless it was before. One that could not be filled is not taken for one
/// that was: it counts only with the mark that is written last.
///
/// Only for the one who holds the build's lock. It is filled at its own place and never moved: virtual environments
/// name themselves in their scripts.
pub(crate) fn kept(
    tools: &Tools,
    recipe: &Recipe,
    fill: impl FnOnce(&PathBuf) -> Result<(), Error>,
) -> Result<PathBuf, Error> {
    let place = tools.installed.join(recipe.name());
    let mark = place.join(".complete");
    if !mark.exists() {
        files::empty(&place)?;
        fill(&place)?;
        fs::write(&mark, "").map_err(Error::file("write", &mark))?;
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Progress;

    #[test]
    fn what_was_not_filled_is_filled_again() {
        let directory = tempfile::tempdir().unwrap();
        let tools = Tools {
            work: directory.path().join("work"),
            installed: directory.path().join("installed"),
            progress: Progress::Silent,
        };
        let fill = |content: &'static str, fails: bool| {
            kept(&tools, &Recipe::new().text("tool"), |place| {
                let tool = place.join("tool");
                fs::write(&tool, content).map_err(Error::file("write", &tool))?;
                if fails {
                    return Err(Error::file("write", tool)(std::io::ErrorKind::Other.into()));
                }
                Ok(())
            })
        };
        fill("half", true).unwrap_err();
        let place = fill("whole", false).unwrap();
        fill("not called", true).unwrap();
        assert_eq!(fs::read_to_string(place.join("tool")).unwrap(), "whole");
    }
}
