//! What guests in C, C++ and Zig have in common: one compiler for all three, Zig's, which comes from `PyPI` with
//! wasm-tools, and a script in the SDK that makes components with them, for authors as well as for us.

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use crate::{Error, Guest, files, language::Language, pip, recipe::Recipe, tool::Tools, workspace};

/// One of the three.
pub(crate) struct Native {
    /// The name of its folder.
    pub(crate) name: &'static str,
    /// The endings of its source files.
    pub(crate) endings: &'static [&'static str],
}

pub(crate) const C: Native = Native {
    name: "c",
    endings: &["c"],
};

pub(crate) const CPP: Native = Native {
    name: "cpp",
    endings: &["cpp", "c"],
};

pub(crate) const ZIG: Native = Native {
    name: "zig",
    endings: &["zig"],
};

impl Native {
    fn folder(&self) -> PathBuf {
        workspace::root().join("guest").join(self.name)
    }

    fn environment(&self, tools: &Tools) -> Result<PathBuf, Error> {
        pip::environment(tools, &self.folder().join("requirements.txt"))
    }

    /// The files to compile: all of the guest's own that end as they should.
    fn sources(&self, guest: &Guest) -> Result<Vec<PathBuf>, Error> {
        let mut sources = files::below(&guest.folder)?;
        sources.retain(|file| {
            let ending = file.extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| self.endings.contains(&ending))
        });
        Ok(sources)
    }
}

impl Language for Native {
    fn name(&self) -> &'static str {
        self.name
    }

    fn prepare(&self, tools: &Tools) -> Result<(), Error> {
        self.environment(tools).map(drop)
    }

    fn compile(&self, guest: &Guest, tools: &Tools) -> Result<BTreeMap<String, PathBuf>, Error> {
        guest.world()?;
        let (sdk, wit) = (self.folder().join("sdk"), workspace::root().join("wit"));
        let recipe = Recipe::new()
            .text(include_str!("native.rs"))
            .file(&self.folder().join("requirements.txt"))?
            .folder(&sdk)?
            .folder(&wit)?
            .folder(&guest.folder)?;
        let output = tools.place_of(guest)?;
        let made = recipe.make(&output, |scratch| {
            let component = scratch.join("component.wasm");
            let mut build = Command::new(self.environment(tools)?.join("python"));
            // The compiler keeps C's library, which takes it half a minute, with the tools: it is the same for all.
            let cache = tools.installed.join("zig-cache");
            build.env("ZIG_GLOBAL_CACHE_DIR", &cache);
            build.env("ZIG_LOCAL_CACHE_DIR", &cache);
            build.arg(sdk.join("build.py")).args(self.sources(guest)?);
            build.arg("--wit").arg(&wit).arg("-o").arg(&component);
            tools.run(&mut build)?;
            Ok(component)
        })?;
        Ok(BTreeMap::from([(guest.name.clone(), made)]))
    }
}
