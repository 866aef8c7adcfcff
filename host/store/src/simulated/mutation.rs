//! Ways to break the protocol, for the tests to see that they would notice.

use super::file::{Role, SimulatedFile};
use super::locks::Kind;
use super::model::Model;
use super::state::State;
use crate::staging::peek;

/// The part of the protocol that is left out, or done wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mutation {
    None,
    /// The file is not synced.
    NoFileSync,
    /// The directory is not synced.
    NoDirectorySync,
    /// The file is synced after the rename.
    RenameFirst,
    /// The file gets its name after its sync where such a link is not durable.
    LinkAfterSync,
    /// The document itself is locked, and no process looks whether it is still the one.
    LockOnDocument,
    /// The bytes that a short write did not take are not written.
    IgnoreShortWrite,
    /// The document's lock is not taken.
    NoLock,
    /// The turn is not taken.
    NoTurn,
    /// The header's lock is not taken.
    NoHeaderLock,
    /// A staging file is not made void, but for its name.
    NotVoid,
    /// A staging file is taken for alive whatever its locks say.
    AlwaysAlive,
    /// The process with the turn does not read the document again before it replaces it.
    BaseNotCompared,
    /// The header says that a commit is durable before the directory is synced.
    ToldBeforeSync,
    /// A rename is not recorded before it is done.
    NotRecorded,
    /// An update that changes nothing does not sync the document.
    NoSyncOfNoOp,
}

impl Mutation {
    pub(super) const ALL: [Mutation; 15] = [
        Mutation::NoFileSync,
        Mutation::NoDirectorySync,
        Mutation::RenameFirst,
        Mutation::LinkAfterSync,
        Mutation::LockOnDocument,
        Mutation::IgnoreShortWrite,
        Mutation::NoLock,
        Mutation::NoTurn,
        Mutation::NoHeaderLock,
        Mutation::NotVoid,
        Mutation::AlwaysAlive,
        Mutation::BaseNotCompared,
        Mutation::ToldBeforeSync,
        Mutation::NotRecorded,
        Mutation::NoSyncOfNoOp,
    ];

    /// Whether this lock is not taken, although its caller believes so.
    pub(super) fn skips_lock(self, role: Role, kind: Kind) -> bool {
        match (self, kind) {
            (Mutation::NoLock, Kind::File) => role == Role::Lock,
            (Mutation::NoTurn, Kind::File) => role == Role::StagingFile,
            (Mutation::NoHeaderLock, Kind::Byte(at, _)) => at == 0,
            _ => false,
        }
    }

    /// Whether these bytes are not written, although their writer believes so.
    pub(super) fn skips_write(self, role: Role, bytes: &[u8]) -> bool {
        let Some(header) = peek(bytes).filter(|_| role == Role::StagingFile) else {
            return false;
        };
        match self {
            Mutation::NotVoid => header.is_void,
            Mutation::NotRecorded => header.is_committing,
            _ => false,
        }
    }

    /// Whether this file is not synced, although its writer believes so.
    pub(super) fn skips_sync(self, role: Role, is_file: bool) -> bool {
        match self {
            Mutation::NoFileSync | Mutation::RenameFirst => is_file,
            Mutation::NoDirectorySync => !is_file,
            Mutation::NoSyncOfNoOp => role == Role::Document,
            _ => false,
        }
    }
}

impl Model {
    /// Whether there is a staging file that has become void. A power failure may undo that.
    pub(super) fn has_void_staging_file(&self) -> bool {
        let is_void = |inode| peek(self.bytes(inode)).is_some_and(|header| header.is_void);
        let mut inodes = self.inodes.keys();
        inodes.any(|inode| self.is_staging_file(*inode) && is_void(*inode))
    }

    fn is_staging_file(&self, inode: u64) -> bool {
        let names = self.names_of(inode);
        names.iter().any(|name| Role::of(name) == Role::StagingFile)
    }
}

impl State {
    /// Whether a writer has the turn.
    pub(super) fn has_turn(&self, writer: usize) -> bool {
        let mut held = self.model.locks.iter();
        held.any(|(inode, holder)| {
            holder >> 32 == writer as u64 && self.model.is_staging_file(*inode)
        })
    }

    /// The document as the process that reads it has it: the one that it has read before, where that is broken.
    pub(super) fn document_for(&mut self, file: &SimulatedFile) -> Vec<u8> {
        let now = self.model.bytes(file.inode).to_vec();
        if self.mutation != Mutation::BaseNotCompared || file.role != Role::Document {
            return now;
        }
        if !self.has_turn(file.writer) {
            self.read.remove(&file.writer);
            return now;
        }
        self.read.entry(file.writer).or_insert(now).clone()
    }
}
