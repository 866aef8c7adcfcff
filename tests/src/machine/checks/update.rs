//! Single commands on documents of a mount.

use super::Site;
use crate::machine::event::Outcome;
use std::fs;
use std::path::Path;
use std::process::Command;

pub(super) fn run(site: &Site<'_>) -> anyhow::Result<Outcome> {
    let directory = site.directory("update")?;
    let locks = Path::new("/tmp/locks").join(site.mount);
    fs::create_dir_all(&locks)?;
    let locks = locks.to_string_lossy().into_owned();
    let mut scene = Scene {
        site,
        directory: &directory,
        wrong: vec![],
        done: 0,
    };
    fs::write(directory.join("old.json"), r#"{"a": 1}"#)?;
    scene.update("old.json", 2, &[]);
    scene.update("new.json", 3, &[]);
    for durability in ["full", "none"] {
        scene.update("old.json", 4, &["--durability", durability]);
        scene.update(
            &format!("{durability}.json"),
            5,
            &["--durability", durability],
        );
    }
    scene.update("old.json", 6, &["--lock-dir", &locks]);
    scene.update("elsewhere.json", 7, &["--lock-dir", &locks]);
    // Changes nothing, and is acknowledged all the same.
    scene.update("old.json", 6, &["--lock-dir", &locks]);
    scene.look_for_leftovers()?;
    let Scene { wrong, done, .. } = scene;
    if wrong.is_empty() {
        return Ok(Outcome::Passed(format!("{done} commands")));
    }
    Ok(Outcome::Failed(wrong.join("\n")))
}

struct Scene<'s> {
    site: &'s Site<'s>,
    directory: &'s Path,
    wrong: Vec<String>,
    done: usize,
}

impl Scene<'_> {
    /// Sets `/a`, and reads it by the command and without it.
    fn update(&mut self, name: &str, value: u32, options: &[&str]) {
        let set = format!("/a={value}");
        self.succeed(&[&["update", name, "--set", &set], options].concat(), None);
        self.succeed(&["get", name, "/a"], Some(&value.to_string()));
        let text = fs::read_to_string(self.directory.join(name));
        let is_there = text.as_ref().is_ok_and(|text| {
            let document = serde_json::from_str::<serde_json::Value>(text);
            document.is_ok_and(|document| document["a"] == value)
        });
        if !is_there {
            self.wrong
                .push(format!("{name}, after {options:?}: {text:?}"));
        }
    }

    fn succeed(&mut self, args: &[&str], expected: Option<&str>) {
        self.done += 1;
        let mut amend = Command::new(self.site.program("amend"));
        let output = amend.args(args).current_dir(self.directory).output();
        let output = match output {
            Ok(output) => output,
            Err(error) => return self.wrong.push(format!("amend: {error}")),
        };
        let [out, said] =
            [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        if !output.status.success() {
            let command = args.join(" ");
            self.wrong
                .push(format!("amend {command}: {}: {said}", output.status));
        } else if expected.is_some_and(|expected| out.trim() != expected) {
            self.wrong.push(format!("{}: {out}", args.join(" ")));
        }
    }

    fn look_for_leftovers(&mut self) -> anyhow::Result<()> {
        for entry in fs::read_dir(self.directory)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let is_lock = name.ends_with(".lock");
            if name.starts_with('.') || !(is_lock || name.ends_with(".json")) {
                self.wrong.push(format!("left over: {name}"));
            }
        }
        Ok(())
    }
}
