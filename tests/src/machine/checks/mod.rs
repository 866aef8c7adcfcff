//! The checks of a mounted file system.

pub(super) mod facts;
mod judgement;
mod storm;
mod suite;
mod update;

use super::event::{Check, Event, Outcome};
use super::plan::Plan;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a check is done.
pub(super) struct Site<'s> {
    pub(super) mount: &'s str,
    pub(super) plan: &'s Plan,
    /// A directory on the mount.
    pub(super) first: &'s Path,
    /// The same directory, seen by another client.
    pub(super) second: Option<&'s Path>,
    /// Reports an event.
    pub(super) send: &'s dyn Fn(Event) -> anyhow::Result<()>,
}

impl Site<'_> {
    /// A new directory for a check. Two mounts may be of one share.
    fn directory(&self, name: &str) -> anyhow::Result<PathBuf> {
        let directory = self.first.join(self.name(name));
        fs::create_dir(&directory)?;
        Ok(directory)
    }

    fn name(&self, check: &str) -> String {
        format!("{check}-{}", self.mount)
    }

    /// One of the built programs.
    fn program(&self, name: &str) -> PathBuf {
        let this = std::path::Path::new(super::plan::PROGRAMS).join("target");
        let profiles = [this.join("debug"), this.join("release")];
        let mut paths = profiles.iter().map(|profile| profile.join(name));
        paths.find(|path| path.exists()).unwrap_or_default()
    }
}

pub(super) fn run(check: Check, site: &Site<'_>) -> anyhow::Result<Outcome> {
    match check {
        Check::Facts => facts::run(site),
        Check::Update => update::run(site),
        Check::Storm => storm::run(site, &[site.first]),
        Check::Clients => match site.second {
            Some(second) => storm::run(site, &[site.first, second]),
            None => Ok(Outcome::NotHere("one machine has the disk".to_owned())),
        },
        Check::Suite => suite::run(site),
    }
}
