//! The machine's disks: one with the programs, and one for each file system that is on a disk.

use crate::machine::host::debian;
use crate::machine::host::programs::Programs;
use crate::machine::host::running::output;
use crate::machine::host::tools;
use crate::machine::mounts;
use crate::machine::plan::{PLAN, Plan};
use anyhow::Context;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes the disk with the programs and the plan.
pub(super) fn programs(
    scratch: &Path,
    programs: &Programs,
    plan: &Plan,
) -> anyhow::Result<PathBuf> {
    let root = scratch.join("programs");
    let mut size = 0;
    for file in programs.files() {
        let to = root
            .join("target")
            .join(file.strip_prefix(&programs.target)?);
        fs::create_dir_all(to.parent().context("a file in a directory")?)?;
        // Without what only a debugger needs, which is most of it.
        output(
            Command::new("strip")
                .arg("--strip-debug")
                .arg("-o")
                .args([&to, &file]),
        )?;
        size += to.metadata()?.len();
    }
    let helpers = root.join("bin");
    fs::create_dir_all(&helpers)?;
    for helper in &programs.helpers {
        let name = helper.file_name().context("a program has a name")?;
        size += fs::copy(helper, helpers.join(name))?;
    }
    // Tests of the store write here.
    fs::create_dir_all(root.join("target/tmp"))?;
    fs::copy(programs.profile.join("machine"), root.join("machine"))?;
    output(Command::new("strip").arg(root.join("machine")))?;
    size += root.join("machine").metadata()?.len();
    fs::write(root.join(PLAN), serde_json::to_vec(plan)?)?;
    let image = scratch.join("programs.img");
    // The tests and the file system itself need room as well.
    File::create(&image)?.set_len(size + size / 8 + (256 << 20))?;
    let mut mkfs = mkfs("mkfs.ext4")?;
    mkfs.args(["-q", "-F", "-d"]).args([&root, &image]);
    output(&mut mkfs)?;
    fs::remove_dir_all(&root)?;
    Ok(image)
}

/// Disks with file systems to test.
#[derive(Debug)]
pub(super) struct Images {
    scratch: PathBuf,
    files: Vec<PathBuf>,
}

impl Images {
    pub(super) fn new(scratch: &Path) -> Images {
        Images {
            scratch: scratch.to_owned(),
            files: vec![],
        }
    }

    /// Makes a disk for a mount that needs one. Returns its device in the machine.
    pub(super) fn add(&mut self, mount: &str) -> anyhow::Result<Option<String>> {
        let kind = mounts::base(mount);
        let mut make = match kind {
            "vfat" => Command::new(debian::tool("dosfstools", &["sbin/mkfs.fat"])?),
            "exfat" => Command::new(debian::tool(
                "exfatprogs",
                &["sbin/mkfs.exfat", "usr/sbin/mkfs.exfat"],
            )?),
            "ext4" => mkfs("mkfs.ext4")?,
            "ext4-casefold" => mkfs("mkfs.ext4")?,
            "xfs" => mkfs("mkfs.xfs")?,
            "btrfs" => mkfs("mkfs.btrfs")?,
            _ => return Ok(None),
        };
        match kind {
            "ext4" => make.args(["-q", "-F"]),
            "ext4-casefold" => make.args(["-q", "-F", "-O", "casefold"]),
            "xfs" | "btrfs" => make.args(["-q", "-f"]),
            _ => &mut make,
        };
        let file = self.scratch.join(format!("{mount}.img"));
        File::create(&file)?.set_len(400 << 20)?;
        output(make.arg(&file))?;
        self.files.push(file);
        // The first is that with the programs.
        let letter = u8::try_from(self.files.len())? + b'a';
        Ok(Some(format!("/dev/vd{}", char::from(letter))))
    }

    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }
}

fn mkfs(name: &str) -> anyhow::Result<Command> {
    let path = tools::path(name).with_context(|| format!("{name} is missing"))?;
    Ok(Command::new(path))
}
