//! What is counted.

#[path = "../../../host/document/benches/engine/texts.rs"]
#[allow(
    clippy::unwrap_used,
    reason = "what is benchmarked there is known to work"
)]
mod texts;

use amend_document::{Document, Json, Limits, Operations, Patch, Pointer, diff, get};
use amend_store::{Durability, Options, Store};
use anyhow::{Result, ensure};
use std::hint::black_box;
use std::path::Path;
use texts::{change, members, records, replace};

/// Does what is counted. A failure ends the process, and with it the count.
type Run = Box<dyn FnMut()>;

/// One of the works.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// Makes all that the work needs, in an empty directory.
    pub(crate) prepare: fn(&Path) -> Result<Run>,
}

pub(crate) const ALL: &[Work] = &[
    Work {
        name: "parse 1 KB",
        prepare: |_| parse(1 << 10, 100),
    },
    Work {
        name: "parse 1 MB",
        prepare: |_| parse(1 << 20, 1),
    },
    Work {
        name: "set one value in 1 KB",
        prepare: |_| set_one(1 << 10, 1, 100),
    },
    Work {
        name: "set one value in 1 MB",
        prepare: |_| set_one(1 << 20, 4000, 1),
    },
    Work {
        name: "get one value from 1 MB",
        prepare: |_| get_one(),
    },
    Work {
        name: "merge 1,000 members into 10,000",
        prepare: |_| merge(),
    },
    Work {
        name: "1,000 operations on an array in 1 MB",
        prepare: |_| operations_on_an_array(),
    },
    Work {
        name: "1,000 operations on an object of 10,000",
        prepare: |_| operations_on_an_object(),
    },
    Work {
        name: "read 1,000 operations",
        prepare: |_| read_operations(),
    },
    Work {
        name: "replace 1 MB, one value differs",
        prepare: |_| replace_whole(),
    },
    Work {
        name: "diff of 1 MB, one element inserted",
        prepare: |_| diff_inserted(),
    },
    Work {
        name: "read a document of 1 KB from a store",
        prepare: read_stored,
    },
    Work {
        name: "100 updates of 1 KB, without fsync",
        prepare: |directory| update(directory, 1 << 10, 100),
    },
    Work {
        name: "100 updates that change nothing",
        prepare: change_nothing,
    },
    Work {
        name: "an update of 1 MB, without fsync",
        prepare: |directory| update(directory, 1 << 20, 1),
    },
    Work {
        name: "the first update of 1 MB, without fsync",
        prepare: |directory| first_update(directory, 1 << 20),
    },
];

/// The work of that name.
pub(crate) fn find(name: &str) -> Option<&'static Work> {
    ALL.iter().find(|work| work.name == name)
}

fn parse(bytes: usize, times: usize) -> Result<Run> {
    let text = records(bytes);
    Ok(Box::new(move || {
        for _ in 0..times {
            let parsed = Document::parse(black_box(text.as_bytes()), &Limits::default());
            black_box(parsed.expect("it is JSON").len());
        }
    }))
}

/// Parse, apply and write, as one update does.
fn changing(text: String, patch: Patch, times: usize) -> Run {
    Box::new(move || {
        for _ in 0..times {
            black_box(change(black_box(&text), &patch));
        }
    })
}

fn set_one(bytes: usize, record: usize, times: usize) -> Result<Run> {
    let patch = replace(
        &format!("/records/{record}/name"),
        "\"twenty bytes of text\"",
    );
    Ok(changing(records(bytes), Patch::Operations(patch), times))
}

fn get_one() -> Result<Run> {
    let (text, at) = (records(1 << 20), Pointer::parse("/records/4000/name")?);
    ensure!(get(text.as_bytes(), &at, &Limits::default())?.is_some());
    Ok(Box::new(move || {
        let _ = black_box(get(black_box(text.as_bytes()), &at, &Limits::default()));
    }))
}

fn merge() -> Result<Run> {
    let patch: Vec<String> = (0..1000)
        .map(|number| format!(r#""member {}": {{"value": "new"}}"#, number * 7919 % 10_000))
        .collect();
    let patch = Patch::merge(format!("{{{}}}", patch.join(",")))?;
    Ok(changing(members(10_000), patch, 1))
}

fn operations_on_an_array() -> Result<Run> {
    let mut operations = Operations::new();
    for number in 0..1000 {
        let path = format!("/records/{}/price", number * 7919 % 4000);
        operations = operations.replace(Pointer::parse(&path)?, Json::parse("0.5")?);
    }
    Ok(changing(records(1 << 20), Patch::Operations(operations), 1))
}

fn operations_on_an_object() -> Result<Run> {
    let mut operations = Operations::new();
    for number in 0..1000 {
        let path = format!("/member {}", number * 7919 % 10_000);
        operations = operations.replace(Pointer::parse(&path)?, Json::parse("0")?);
    }
    Ok(changing(members(10_000), Patch::Operations(operations), 1))
}

fn read_operations() -> Result<Run> {
    let list: Vec<String> = (0..1000)
        .map(|number| format!(r#"{{"op": "add", "path": "/a~1b/{number}", "value": [{number}]}}"#))
        .collect();
    let text = format!("[{}]", list.join(","));
    Patch::operations(&text)?;
    Ok(Box::new(move || {
        let _ = black_box(Patch::operations(black_box(&text)));
    }))
}

fn replace_whole() -> Result<Run> {
    let text = records(1 << 20);
    let new = text.replacen("\"open\": true", "\"open\": false", 1);
    Ok(changing(text, Patch::replace(new)?, 1))
}

fn diff_inserted() -> Result<Run> {
    let old = records(1 << 20);
    let middle = old
        .find("    {\n      \"id\": 2000,")
        .expect("there are as many");
    let new = format!("{}    null,\n{}", &old[..middle], &old[middle..]);
    ensure!(diff(old.as_bytes(), new.as_bytes(), &Limits::default())?.len() == 1);
    Ok(Box::new(move || {
        let found = diff(
            black_box(old.as_bytes()),
            new.as_bytes(),
            &Limits::default(),
        );
        let _ = black_box(found);
    }))
}

/// A store that syncs nothing, with one document of this size.
fn store(directory: &Path, bytes: usize) -> Result<Store> {
    std::fs::write(directory.join("state.json"), records(bytes))?;
    let options = Options::default().with_durability(Durability::None);
    Ok(Store::open_with(directory, options)?)
}

fn read_stored(directory: &Path) -> Result<Run> {
    let store = store(directory, 1 << 10)?;
    Ok(Box::new(move || {
        black_box(store.read("state.json").expect("it can be read"));
    }))
}

fn update(directory: &Path, bytes: usize, times: usize) -> Result<Run> {
    let store = store(directory, bytes)?;
    with_lock_file(directory)?;
    let patches: Vec<Patch> = (0..times)
        .map(|time| Patch::Operations(replace("/records/1/price", &format!("{}", 100 + time))))
        .collect();
    Ok(Box::new(move || {
        for patch in &patches {
            let receipt = store.update("state.json", patch.clone());
            assert!(receipt.expect("it can be changed").changed);
        }
    }))
}

/// Without a lock file the updater is asked before one is made, and its answer is applied twice.
fn first_update(directory: &Path, bytes: usize) -> Result<Run> {
    let store = store(directory, bytes)?;
    let patch = Patch::Operations(replace("/records/1/price", "100"));
    Ok(Box::new(move || {
        let receipt = store.update("state.json", patch.clone());
        assert!(receipt.expect("it can be changed").changed);
    }))
}

/// Every document that was updated before has one.
fn with_lock_file(directory: &Path) -> Result<()> {
    std::fs::write(directory.join("state.json.lock"), "")?;
    Ok(())
}

fn change_nothing(directory: &Path) -> Result<Run> {
    let store = store(directory, 1 << 10)?;
    let patch = Patch::Operations(replace("/end", "\"here\""));
    Ok(Box::new(move || {
        for _ in 0..100 {
            let receipt = store.update("state.json", patch.clone());
            assert!(!receipt.expect("it can be looked at").changed);
        }
    }))
}
