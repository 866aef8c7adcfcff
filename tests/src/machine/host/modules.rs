//! Kernel modules in the order in which they can be loaded.
//!
//! The packages have no `modules.dep`, which is made when they are installed. Each module says itself what it depends on.

use crate::machine::host::running::output;
use anyhow::Context;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The modules that the machine needs. Some kernels have some of them built in.
const WANTED: [&str; 18] = [
    "virtio_pci",
    "virtio_blk",
    "virtio_net",
    "9pnet_virtio",
    "9p",
    "nfsv4",
    "cifs",
    "nls_ascii",
    "nls_cp437",
    "nls_iso8859_1",
    "nls_utf8",
    "vfat",
    "exfat",
    "ext4",
    "xfs",
    "btrfs",
    "overlay",
    "loop",
];

/// Ciphers that modules ask for by name when they use them: SMB for its signatures, ext4 and btrfs for checksums.
const CIPHERS: [&str; 13] = [
    "crc32c_generic",
    "xxhash_generic",
    "blake2b_generic",
    "sha256_generic",
    "sha512_generic",
    "hmac",
    "cmac",
    "ccm",
    "gcm",
    "ctr",
    "aes_generic",
    "ghash_generic",
    "md5",
];

/// A module, decompressed.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) name: String,
    pub(super) content: Vec<u8>,
}

/// All that are needed, each after those that it depends on.
pub(super) fn in_order(directory: &Path) -> anyhow::Result<Vec<Module>> {
    let mut files = BTreeMap::new();
    collect(&directory.join("kernel"), &mut files)?;
    let mut order = Order {
        files,
        seen: HashSet::new(),
        modules: vec![],
    };
    for name in CIPHERS.iter().chain(&WANTED) {
        order.add(name)?;
    }
    Ok(order.modules)
}

struct Order {
    files: BTreeMap<String, PathBuf>,
    seen: HashSet<String>,
    modules: Vec<Module>,
}

impl Order {
    fn add(&mut self, name: &str) -> anyhow::Result<()> {
        let name = name.replace('-', "_");
        // A module that is not there is built in.
        let Some(file) = self.files.get(&name) else {
            return Ok(());
        };
        if !self.seen.insert(name.clone()) {
            return Ok(());
        }
        let content = read(file)?;
        for on in dependencies(&content) {
            self.add(&on)?;
        }
        self.modules.push(Module { name, content });
        Ok(())
    }
}

fn collect(directory: &Path, files: &mut BTreeMap<String, PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(directory);
    for entry in entries.with_context(|| format!("reading {}", directory.display()))? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else if let Some((name, _)) = entry.file_name().to_string_lossy().split_once(".ko") {
            files.insert(name.replace('-', "_"), path);
        }
    }
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file.extension().is_some_and(|extension| extension == "xz") {
        return output(Command::new("xz").arg("-dc").arg(file));
    }
    fs::read(file).with_context(|| format!("reading {}", file.display()))
}

/// The section `.modinfo` consists of strings, each of which ends with a zero byte.
fn dependencies(module: &[u8]) -> Vec<String> {
    let strings = module.split(|&byte| byte == 0);
    let strings = strings.filter_map(|bytes| std::str::from_utf8(bytes).ok());
    let mut all = Vec::new();
    for string in strings {
        if let Some(names) = string.strip_prefix("depends=") {
            all.extend(names.split(',').map(str::to_owned));
        } else if let Some(names) = string.strip_prefix("softdep=pre: ") {
            all.extend(names.split_whitespace().map(str::to_owned));
        }
    }
    all
}
