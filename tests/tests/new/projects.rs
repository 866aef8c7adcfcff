//! Every project in every language.

use crate::{project, root};
use amend_guest_build::{Builder, Progress};
use amend_tests::{Happened, Step, steps, table_of_program, type_in};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::{fs, thread};

/// What a project is called. Words that some language reserves are names like others, or are refused.
fn name(language: &str, world: &str) -> &'static str {
    match (language, world) {
        (_, "program") => "apples-2",
        ("c", _) => "default",
        ("cpp", _) => "class",
        ("go", _) => "type",
        ("javascript", _) => "test",
        ("python", _) => "import",
        ("rust", _) => "match",
        ("zig", _) => "error",
        _ => "apples-2",
    }
}

/// The languages that guests are written in, and the worlds that each has an example of.
fn languages() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut languages: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let builder = Builder::new(Progress::Silent).unwrap();
    for guest in builder.select(&[]).unwrap() {
        let is_program = table_of_program(&guest.name).is_some();
        let world = if is_program { "program" } else { "plugin" };
        languages.entry(guest.language).or_default().insert(world);
    }
    languages
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            files.insert(name.to_owned(), fs::read(&path).unwrap());
        }
    }
    files
}

/// Types in the README's commands, and says which of them did not do what it shows.
fn typed(folder: &Path, steps: &[Step], variables: &[(&str, &str)]) -> Result<(), String> {
    for (step, happened) in steps.iter().zip(type_in(folder, steps, variables)) {
        let Happened { printed, code } = &happened;
        // Tools that are installed print what they like.
        let is_right = match step.shown.as_str() {
            "" => *code == 0,
            shown => printed == shown,
        };
        let is_tried = !step.command.starts_with("amend ") || *code == 0;
        if !is_right || !is_tried {
            return Err(format!("{}\n{printed}(exit code {code})", step.command));
        }
    }
    Ok(())
}

/// Makes a project and goes by its README, and says what is wrong.
fn build(scratch: &Path, language: &str, world: &str) -> Result<(), String> {
    let folder = project(scratch, language, world, name(language, world));
    let made = files(&folder);
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let steps = steps(&readme);
    let tries = match world {
        "plugin" => "amend test ",
        _ => "amend run ",
    };
    if !steps.iter().any(|step| step.command.starts_with(tries)) {
        return Err(format!("its README shows no `{tries}`"));
    }
    typed(&folder, &steps, &[])?;

    // Once the packages are there, the same works without a network: where all go by a proxy that is not there.
    let nowhere = "http://127.0.0.1:9";
    let offline = [
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ];
    let mut offline = offline.map(|name| (name, nowhere)).to_vec();
    offline.extend([("no_proxy", ""), ("NO_PROXY", "")]);
    // npm would wait a minute before it tries the proxy once more.
    offline.push(("npm_config_fetch_retries", "0"));
    typed(&folder, &steps, &offline).map_err(|how| format!("offline: {how}"))?;

    // What is pinned stays pinned. cargo puts a lock file in the order of its names, ours among them.
    let after = files(&folder);
    for (file, bytes) in &made {
        let in_order = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let mut parts: Vec<_> = text.trim_end().split("\n\n").map(str::to_owned).collect();
            parts.sort();
            parts
        };
        let is_kept = after.get(file).is_some_and(|after| {
            after == bytes || file.ends_with(".lock") && in_order(after) == in_order(bytes)
        });
        if !is_kept {
            return Err(format!("{file} is not as it was made"));
        }
    }
    Ok(())
}

#[test]
fn every_language_has_its_projects_and_they_build_with_their_own_commands() {
    let languages = languages();
    assert!(languages.contains_key("rust"));
    let mut wrong = Vec::new();
    let mut projects = Vec::new();
    for (language, examples) in &languages {
        for world in ["plugin", "program"] {
            let template = root().join("guest").join(language).join("new").join(world);
            if template.is_dir() {
                projects.push((language, world));
            } else if examples.contains(world) {
                wrong.push(format!(
                    "{language}: there is an example of a {world}, and no template"
                ));
            }
        }
    }

    // Two at once: most of what is typed in keeps one processor busy.
    let queue = Mutex::new(projects.into_iter());
    let next = || queue.lock().unwrap().next();
    let work = || {
        let mut wrong = Vec::new();
        while let Some((language, world)) = next() {
            let scratch = tempfile::tempdir().unwrap();
            if let Err(how) = build(scratch.path(), language, world) {
                wrong.push(format!("{language}, {world}: {how}"));
            }
        }
        wrong
    };
    thread::scope(|scope| {
        let other = scope.spawn(work);
        wrong.extend(work());
        wrong.extend(other.join().unwrap());
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The guests that show which mistakes trap are compiled with the kit and the flags in the repository.
#[test]
fn the_kit_of_c_in_a_project_is_the_one_that_is_tested() {
    let scratch = tempfile::tempdir().unwrap();
    for language in ["c", "cpp", "zig"] {
        let made = project(
            scratch.path(),
            language,
            "plugin",
            &format!("kit-{language}"),
        );
        let sdk = root().join("guest").join(language).join("sdk");
        let (ours, theirs) = (files(&sdk), files(&made.join("amend")));
        assert!(ours.contains_key("build.py"), "{language}");
        assert!(ours == theirs, "{language}: another kit");
    }
}
