//! A project's name. It ends up in package names, file names and code of every language.

use crate::{Error, Language};

/// Some file systems and registries take no more.
const LONGEST: usize = 64;

/// A name that every language can do with.
#[derive(Debug, Clone)]
pub(crate) struct Name(String);

impl Name {
    pub(crate) fn parse(name: &str, language: &Language) -> Result<Name, Error> {
        match problem(name, language) {
            None => Ok(Name(name.to_owned())),
            Some(problem) => Err(Error::BadName {
                name: name.to_owned(),
                problem,
            }),
        }
    }

    /// A text with the name in its place.
    pub(crate) fn fill_in(&self, text: &str) -> String {
        let snake = self.0.replace('-', "_");
        text.replace("{{name}}", &self.0)
            .replace("{{name_snake}}", &snake)
    }
}

fn problem(name: &str, language: &Language) -> Option<String> {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(is_allowed) {
        let rule =
            "it has to begin with a letter from a to z, and to go on with those, digits and `-`";
        return Some(rule.to_owned());
    }
    if name.len() > LONGEST {
        return Some(format!("it is longer than {LONGEST} characters"));
    }
    let mut reserved = language.reserved.lines().map(str::trim);
    let language = language.name;
    reserved
        .any(|reserved| reserved == name)
        .then(|| format!("it means something else to the tools of {language}; choose another"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGE: Language = Language {
        name: "klingon",
        reserved: "# These are taken\ntaken\n",
        sdk: &[],
        templates: &[],
    };

    #[test]
    fn names() {
        let longest = "a".repeat(LONGEST);
        for name in ["a", "a1-b", "a-", "match", &longest] {
            assert!(Name::parse(name, &LANGUAGE).is_ok(), "{name}");
        }
        let too_long = "a".repeat(LONGEST + 1);
        for name in [
            "", "A", "1a", "-a", "a_b", "a/b", "..", "\u{e9}", "a b", "taken", &too_long,
        ] {
            let error = Name::parse(name, &LANGUAGE).unwrap_err().to_string();
            assert!(
                error.contains(&format!("{name:?} cannot be the name")),
                "{error}"
            );
        }
    }

    #[test]
    fn both_spellings_are_filled_in() {
        let name = Name::parse("a-b", &LANGUAGE).unwrap();
        let filled = name.fill_in("{{name}} {{name_snake}} {{other}} {name}");
        assert_eq!(filled, "a-b a_b {{other}} {name}");
    }
}
