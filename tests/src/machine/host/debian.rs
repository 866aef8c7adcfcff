//! Packages of Debian, unpacked into the cache. Nothing is installed, and the machine's own sources stay as they are.
//!
//! apt checks the signatures: the file systems are made by programs that come this way, and run as root.

use crate::machine::host::cache;
use crate::machine::host::running::output;
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MIRROR: &str = "http://deb.debian.org/debian";

/// A release of Debian, with lists of its own.
pub(super) struct Release {
    directory: PathBuf,
}

impl Release {
    /// Opens the release of this name.
    pub(super) fn open(name: &str) -> anyhow::Result<Release> {
        let directory = cache::directory(name)?;
        for needed in ["none", "state/lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(directory.join(needed))?;
        }
        let keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
        let source = format!("deb [arch=amd64 signed-by={keys}] {MIRROR} {name} main\n");
        fs::write(directory.join("sources.list"), source)?;
        // A list past its time is as good as another: old kernels are in use as well.
        let settings = r#"
            Dir::Etc::sourcelist "@/sources.list";
            Dir::Etc::sourceparts "@/none";
            Dir::Etc::preferencesparts "@/none";
            Dir::Etc::parts "@/none";
            Dir::State "@/state";
            Dir::State::status "/dev/null";
            Dir::Cache "@/cache";
            APT::Architecture "amd64";
            APT::Architectures { "amd64"; };
            APT::Sandbox::User "root";
            Acquire::Languages "none";
            Acquire::Check-Valid-Until "false";
        "#;
        let settings = settings.replace('@', &directory.to_string_lossy());
        fs::write(directory.join("apt.conf"), settings)?;
        Ok(Release { directory })
    }

    /// Fetches the lists of packages.
    pub(super) fn update(&self) -> anyhow::Result<()> {
        println!(
            "fetching lists of packages into {}",
            self.directory.display()
        );
        output(self.apt("apt-get").arg("update")).map(drop)
    }

    /// The packages that one depends on, as far as `is_wanted` follows them, and the package.
    pub(super) fn closure(
        &self,
        package: &str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> anyhow::Result<Vec<String>> {
        let mut all = vec![package.to_owned()];
        for number in 0.. {
            let Some(next) = all.get(number) else { break };
            let said = output(self.apt("apt-cache").args(["depends", next]))?;
            let said = String::from_utf8(said)?;
            let on = said
                .lines()
                .filter_map(|line| line.trim().strip_prefix("Depends: "));
            let new: Vec<_> = on
                .filter(|name| is_wanted(name) && !all.iter().any(|known| known == name))
                .map(str::to_owned)
                .collect();
            all.extend(new);
        }
        Ok(all)
    }

    /// Fetches packages, and unpacks them into a directory that is there only when it is complete.
    pub(super) fn unpack(&self, packages: &[String], name: &str) -> anyhow::Result<PathBuf> {
        println!("fetching {}", packages.join(" "));
        let partial = tempfile::tempdir_in(&self.directory)?;
        let mut download = self.apt("apt-get");
        download.arg("download").args(packages);
        output(download.current_dir(partial.path()))?;
        let root = partial.path().join("root");
        for entry in fs::read_dir(partial.path())? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "deb") {
                let mut command = Command::new("dpkg-deb");
                output(command.arg("-x").args([&file, &root]))?;
            }
        }
        let to = self.root(name);
        if to.exists() {
            fs::remove_dir_all(&to)?;
        }
        fs::rename(&root, &to).with_context(|| format!("renaming to {}", to.display()))?;
        Ok(to)
    }

    /// The directory into which packages were unpacked under this name.
    pub(super) fn root(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn apt(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .arg("-q")
            .env("APT_CONFIG", self.directory.join("apt.conf"));
        command
    }
}

/// A program that is not installed on most machines: of the oldest release, so that it runs on all newer ones.
pub(super) fn tool(package: &str, paths: &[&str]) -> anyhow::Result<PathBuf> {
    let release = Release::open("bookworm")?;
    let mut root = release.root(package);
    if !root.exists() {
        release.update()?;
        root = release.unpack(&[package.to_owned()], package)?;
    }
    let mut candidates = paths.iter().map(|path| root.join(Path::new(path)));
    let found = candidates.find(|path| path.is_file());
    found.with_context(|| format!("{package} has none of {paths:?}"))
}
