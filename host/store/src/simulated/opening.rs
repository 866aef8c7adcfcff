//! Opening and making files on the simulated disk.

use super::directory::SimulatedDirectory;
use super::file::{Role, SimulatedFile};
use super::mutation::Mutation;
use super::node::{Change, File as Bytes, Node};
use super::state::State;
use super::users::{READ, WRITE};
use super::watch::DOCUMENT;
use crate::disk::Open;
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;

/// The umask of every process.
const UMASK: u32 = 0o022;

impl SimulatedDirectory {
    pub(super) fn open_file(&self, name: &OsStr, how: Open) -> io::Result<SimulatedFile> {
        let role = Role::of(name);
        let call = match how {
            Open::Read => "open document",
            Open::Lock => "open lock file",
            Open::Write if role == Role::Document => "open document to write",
            Open::Write => "open staging file",
            Open::New { .. } if role == Role::StagingFile => "make staging file",
            Open::New { .. } => "make temporary file",
        };
        self.disk.call(self.writer, call, |state| {
            let mut name = name.to_owned();
            let as_lock = state.mutation == Mutation::LockOnDocument && how == Open::Lock;
            if as_lock {
                name = DOCUMENT.into();
            }
            let found = state.model.find(self.inode, &name);
            let user = state.user(self.writer);
            let wanted = match how {
                Open::Read | Open::Lock => READ,
                Open::Write | Open::New { .. } => READ | WRITE,
            };
            let inode = match (how, found) {
                (Open::Read | Open::Lock | Open::Write, Some(inode)) => {
                    state.model.check(user, inode, wanted)?;
                    inode
                }
                (Open::Read | Open::Lock | Open::Write, None) => return Err(Errno::NOENT.into()),
                (Open::New { .. }, Some(_)) => return Err(Errno::EXIST.into()),
                (Open::New { mode }, None) => self.make(state, Some(&name), mode)?,
            };
            if how == Open::Read {
                state.looks(self.writer, inode, false);
            }
            let role = if as_lock { Role::DocumentAsLock } else { role };
            let writes = wanted & WRITE != 0;
            Ok(self.handle(state, inode, writes, role))
        })
    }

    pub(super) fn handle(
        &self,
        state: &mut State,
        inode: u64,
        writes: bool,
        role: Role,
    ) -> SimulatedFile {
        state.handles += 1;
        let id = (self.writer as u64) << 32 | state.handles;
        state.model.open.insert(id, (inode, writes));
        SimulatedFile {
            disk: self.disk.clone(),
            writer: self.writer,
            inode,
            id,
            role,
        }
    }

    /// Makes a file, under a name or not.
    pub(super) fn make(
        &self,
        state: &mut State,
        name: Option<&OsStr>,
        mode: u32,
    ) -> Result<u64, Errno> {
        let user = state.user(self.writer);
        state.model.check(user, self.inode, WRITE)?;
        let file = Node::File(Bytes::default());
        let made = state.model.make(user, mode & !UMASK, file);
        if let Some(name) = name {
            let change = Change::Set(name.into(), made);
            state.model.change(self.inode, change);
        }
        Ok(made)
    }
}
