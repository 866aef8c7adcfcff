//! Temporary files where another user's file has their name, and cannot be removed.

use super::disk::Disk;
use super::fault::Fault;
use super::model::{Model, ROOT};
use super::users::STICKY;
use super::{Process, counted, increment};
use std::path::Path;

const OWNER: u32 = 2;
const OTHER: u32 = 3;

/// A sticky directory with the owner's document, and a file of another user under the fixed name of the temporary file.
fn taken() -> Model {
    let mut model = Model::new();
    model.add_durable("state.json", br#"{"count":0}"#, OWNER, 0o644);
    let process = Process::new(&Disk::new(model.clone()), 1);
    let place = process.root.find(Path::new("state.json")).unwrap();
    let name = place.unwrap().temp_name.clone();
    model.add_durable(name.to_str().unwrap(), b"", OTHER, 0o600);
    model.inode(ROOT).mode = 0o777 | STICKY;
    model
}

fn owner(disk: &Disk, writer: usize) -> Process {
    Process::new(&disk.clone().with_user(writer, OWNER), writer)
}

/// Found by a storm: each kill left a file under a random name, which no later update found.
#[test]
fn what_a_killed_update_leaves_under_the_users_name_is_removed_by_the_next() {
    let whole = Disk::new(taken());
    owner(&whole, 1)
        .update("state.json", increment("count"))
        .unwrap();
    let rename = whole.calls().iter().position(|call| *call == "rename");
    let disk = Disk::new(taken()).with_fault(Fault::Kill(rename.unwrap()));
    let killed = owner(&disk, 1).update("state.json", increment("count"));
    assert!(killed.is_err());
    let left = disk.model().without_processes();
    assert_eq!(left.names(ROOT).len(), 4, "{:?}", left.names(ROOT));
    for changes in [true, false] {
        let mut left = left.clone();
        if !changes {
            // The other user's file is gone by now.
            let other = left.names(ROOT).into_iter().find(|name| {
                let inode = left.resolve(name).unwrap();
                left.inodes[&inode].user == OTHER
            });
            left.directory(ROOT)
                .entries
                .remove(Path::new(&other.unwrap()).as_os_str());
        }
        let disk = Disk::new(left);
        owner(&disk, 2)
            .update("state.json", increment("count"))
            .unwrap();
        let model = disk.model();
        assert_eq!(counted(&model, "state.json"), Some(1));
        let is_owners = |name: &String| {
            let inode = model.resolve(name).unwrap();
            name.ends_with(".tmp") && model.inodes[&inode].user == OWNER
        };
        assert!(
            !model.names(ROOT).iter().any(is_owners),
            "{:?}",
            model.names(ROOT)
        );
    }
}
