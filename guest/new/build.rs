//! Makes a list of all templates, with their files in it. It is made of the folders, so a new language is there without
//! being named anywhere.

use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let guest = guest
        .canonicalize()
        .expect("the folder of this package has one around it");
    let wit = guest.join("../wit");
    // All of `guest`: there is no other way to be told of a folder that does not exist yet.
    for folder in [&guest, &wit] {
        println!("cargo::rerun-if-changed={}", folder.display());
    }

    let mut languages = String::new();
    for language in entries(&guest).filter(|folder| folder.join("new").is_dir()) {
        let new = language.join("new");
        let mut templates = String::new();
        for template in entries(&new).filter(|folder| folder.is_dir()) {
            let files = files(&template);
            let _ = write!(
                templates,
                "Template {{ world: {:?}, files: &[{files}] }},",
                name(&template)
            );
        }
        let reserved = new.join("reserved");
        let reserved = match reserved.is_file() {
            true => format!("include_str!({reserved:?})"),
            false => "\"\"".to_owned(),
        };
        let _ = write!(
            languages,
            "Language {{ name: {:?}, reserved: {reserved}, sdk: &[{}], templates: &[{templates}] }},",
            name(&language),
            files(&language.join("sdk")),
        );
    }
    let list = format!(
        "pub(crate) const LANGUAGES: &[Language] = &[{languages}];\npub(crate) const WIT: &[File] = &[{}];\n",
        files(&wit)
    );
    let out = env::var_os("OUT_DIR").expect("cargo says where to");
    fs::write(Path::new(&out).join("templates.rs"), list).expect("the list can be written");
}

/// The files below a folder, as elements of an array. A folder that is not there has none.
fn files(folder: &Path) -> String {
    let mut list = String::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(entries(&path).filter(|entry| is_source(entry)));
        } else if let Ok(relative) = path.strip_prefix(folder) {
            if relative.as_os_str().is_empty() {
                continue;
            }
            let metadata =
                fs::metadata(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let is_executable = metadata.permissions().mode() & 0o111 != 0;
            let _ = write!(
                list,
                "File {{ path: {relative:?}, bytes: include_bytes!({path:?}), is_executable: {is_executable} }},"
            );
        }
    }
    list
}

/// Whether it belongs to a template: tools leave all sorts of things beside what they were run on.
fn is_source(path: &Path) -> bool {
    let name = name(path);
    !name.starts_with('.')
        && !["target", "node_modules", "__pycache__", "zig-out"].contains(&&*name)
}

/// What is in a folder, always in the same order.
fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        let paths = entries.map(|entry| Ok(entry?.path()));
        paths.collect::<Result<Vec<PathBuf>, _>>()
    });
    let mut entries = entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.sort();
    entries.into_iter()
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_str().expect("names are UTF-8").to_owned()
}
