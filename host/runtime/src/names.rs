//! The names of the interfaces that make a component a guest, and what is said about those that lack them.

/// What an updater exports.
pub(crate) const UPDATER: &str = "amend:document/updater@0.1.0";

/// What a program exports; any 0.2 will do, and they are all the same.
pub(crate) const RUN: &str = "wasi:cli/run@0.2.";

const STORE: &str = "amend:document/store@";

/// Why an updater cannot import the store.
pub(crate) const WANTS_STORE: &str = "it imports `amend:document/store@…`, which a program has and an updater has not: \
     an updater is told the document, and answers with a patch";

/// The names of what a component exports and imports.
pub(crate) struct Names {
    pub(crate) exports: Vec<String>,
    pub(crate) imports: Vec<String>,
}

impl Names {
    /// Whether it imports the store, of whatever version.
    pub(crate) fn wants_store(&self) -> bool {
        self.imports.iter().any(|name| name.starts_with(STORE))
    }

    /// Why it is no program.
    pub(crate) fn no_run(&self) -> String {
        format!(
            "it does not export `wasi:cli/run@0.2`, as a command does{}",
            self.hint()
        )
    }

    /// Why it does not fit: it lacks an interface.
    pub(crate) fn lacks(&self, interface: &str) -> String {
        format!("it does not export `{interface}`{}", self.hint())
    }

    /// What else may be meant by a component that lacks what it is called by.
    fn hint(&self) -> String {
        let another = |name: &&String| {
            name.starts_with("amend:document/updater@") || name.starts_with("wasi:cli/run@")
        };
        match self.exports.iter().find(another) {
            Some(name) if name.starts_with(RUN) => {
                format!("; it exports `{name}`, so it is a program")
            }
            Some(name) if name.as_str() == UPDATER => {
                format!("; it exports `{name}`, so it is an updater")
            }
            Some(name) => format!("; it exports `{name}`, which this host does not speak"),
            None => String::new(),
        }
    }

    /// What may be meant by an import that this host does not have.
    pub(crate) fn newer_import(&self) -> String {
        let ours =
            |name: &&String| name.starts_with("amend:document/") && !name.ends_with("@0.1.0");
        match self.imports.iter().find(ours) {
            Some(name) => format!("; it imports `{name}`, and this host speaks 0.1.0"),
            None => String::new(),
        }
    }
}
