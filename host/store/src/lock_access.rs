//! The access to a lock file: the users who may change its document can open it, and no others.
//!
//! A user who can open a lock file can hold the lock for ever. With the default mode of a new file that is every user who can
//! reach the directory, also of a document that only its owner may read; and under another umask it is only the user who
//! happened to make the file.

use crate::acl::{self, ACL, Entry, GROUP, MASK, NAMED_GROUP, OTHERS, OWNER, UNDEFINED, USER};
use crate::disk::{Facts, File};
use crate::metadata::KEPT;
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;

const READ_AND_WRITE: u16 = 6;
const WRITE: u16 = 2;

/// The users and groups that may open a lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    user: u32,
    group: u32,
    /// Whether the members of the group may.
    is_for_group: bool,
    /// Whether all users may.
    is_for_others: bool,
    /// Other users and groups that may, and those that may not although the group or all users may: a tag, a number, and the
    /// rights.
    named: Vec<(u16, u32, u16)>,
}

impl Access {
    /// Those who may write to a document with this access control list, if it has one. The owner always may: a document that
    /// its owner may not write to is one that the owner can change the mode of.
    pub(crate) fn of(document: &Facts, list: Option<&[u8]>) -> Access {
        let mut access = Access {
            user: document.user,
            group: document.group,
            is_for_group: document.mode & 0o020 != 0,
            is_for_others: document.mode & 0o002 != 0,
            named: Vec::new(),
        };
        let Some(entries) = list.and_then(acl::parse) else {
            return access;
        };
        let mask = entries.iter().find(|entry| entry.tag == MASK);
        let mask = mask.map_or(READ_AND_WRITE, |mask| mask.rights);
        let writes = |entry: &&Entry| entry.rights & mask & WRITE != 0;
        access.is_for_group = entries
            .iter()
            .filter(|entry| entry.tag == GROUP)
            .any(|entry| writes(&entry));
        let named = entries
            .iter()
            .filter(|entry| [USER, NAMED_GROUP].contains(&entry.tag))
            .map(|entry| (entry.tag, entry.id, rights(writes(&entry))));
        access.named = named.collect();
        if !(access.is_for_group || access.is_for_others || access.admits_named()) {
            access.named.clear();
        }
        access
    }

    fn admits_named(&self) -> bool {
        self.named.iter().any(|(.., rights)| *rights != 0)
    }

    /// The mode of a lock file that has the document's owner and group. Where a list names others as well, the rights of
    /// the group in a mode are the most that the list gives to any of them.
    fn mode(&self) -> u32 {
        let mut mode = 0o600;
        if self.is_for_group || self.admits_named() {
            mode |= 0o060;
        }
        if self.is_for_others {
            mode |= 0o006;
        }
        mode
    }

    /// The same for a lock file that may have another group: its members are among the others.
    fn mode_in(&self, is_group: bool) -> u32 {
        let mode = self.mode();
        if is_group {
            return mode;
        }
        (mode & !0o070) | ((mode & 0o007) << 3)
    }

    /// Whether a lock file looks as if it had this access already. It is not looked into an access control list.
    pub(crate) fn is_that_of(&self, lock: &Facts) -> bool {
        lock.user == self.user && lock.group == self.group && lock.mode & KEPT == self.mode()
    }

    /// Gives this access to a lock file. Where the owner or the group cannot be set, an access control list names them;
    /// and where there is no such list, all users get access, as that is the narrowest mode that admits them.
    pub(crate) fn give<F: File>(&self, lock: &F) -> io::Result<()> {
        let fresh = lock.facts()?;
        let is_owner = fresh.user == self.user || lock.set_owner(Some(self.user), None).is_ok();
        let is_group = fresh.group == self.group || lock.set_owner(None, Some(self.group)).is_ok();
        let attributes = lock.attributes()?;
        let list = attributes.iter().find(|(name, _)| name == ACL);
        let mut named = self.named.clone();
        if !is_owner {
            // As the owner of the document that user has access, whatever a list says of the same user.
            named.retain(|&(tag, id, _)| (tag, id) != (USER, self.user));
            named.push((USER, self.user, READ_AND_WRITE));
        }
        if !is_group && self.is_for_group {
            named.retain(|&(tag, id, _)| (tag, id) != (NAMED_GROUP, self.group));
            named.push((NAMED_GROUP, self.group, READ_AND_WRITE));
        }
        if named.is_empty() {
            // The directory may have given it a list of its own.
            if list.is_some() {
                lock.remove_attribute(OsStr::new(ACL))?;
            }
            return set_mode(lock, &fresh, self.mode_in(is_group));
        }
        let wanted = self.list(named, is_group);
        if list.is_some_and(|(_, list)| *list == wanted) {
            return Ok(());
        }
        match lock.set_attribute(OsStr::new(ACL), &wanted) {
            Err(error) if Errno::from_io_error(&error) == Some(Errno::OPNOTSUPP) => {
                set_mode(lock, &fresh, 0o666)
            }
            done => done,
        }
    }

    /// The access control list that admits these as well.
    fn list(&self, named: Vec<(u16, u32, u16)>, is_group: bool) -> Vec<u8> {
        // The members of another group are among the others.
        let is_for_group = if is_group {
            self.is_for_group
        } else {
            self.is_for_others
        };
        let unnamed = [
            (OWNER, rights(true)),
            (GROUP, rights(is_for_group)),
            (MASK, rights(true)),
            (OTHERS, rights(self.is_for_others)),
        ];
        let mut entries: Vec<_> = unnamed
            .map(|(tag, rights)| Entry {
                tag,
                id: UNDEFINED,
                rights,
            })
            .into();
        entries.extend(
            named
                .into_iter()
                .map(|(tag, id, rights)| Entry { tag, id, rights }),
        );
        entries.sort_unstable();
        entries.dedup();
        acl::list(&entries)
    }
}

fn rights(is_admitted: bool) -> u16 {
    if is_admitted { READ_AND_WRITE } else { 0 }
}

fn set_mode<F: File>(lock: &F, fresh: &Facts, mode: u32) -> io::Result<()> {
    if fresh.mode & KEPT == mode {
        return Ok(());
    }
    lock.set_mode(mode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Kind;

    fn facts(mode: u32, user: u32, group: u32) -> Facts {
        Facts::sample(Kind::File, mode, user, group)
    }

    #[test]
    fn those_who_may_only_read_the_document_get_no_access() {
        for (document, lock) in [
            (0o600, 0o600),
            (0o644, 0o600),
            (0o640, 0o600),
            (0o664, 0o660),
            (0o666, 0o666),
            (0o622, 0o666),
            (0o444, 0o600),
            (0o4755, 0o600),
        ] {
            let access = Access::of(&facts(document, 1, 2), None);
            assert_eq!(access.mode(), lock, "{document:o}");
            assert!(access.is_that_of(&facts(lock, 1, 2)));
            assert!(!access.is_that_of(&facts(lock, 3, 2)));
            assert!(!access.is_that_of(&facts(lock | 0o444 | 0o100, 1, 2)));
        }
    }

    fn list(entries: &[(u16, u16, u32)]) -> Vec<u8> {
        let entries = entries
            .iter()
            .map(|&(tag, rights, id)| Entry { tag, id, rights });
        acl::list(&entries.collect::<Vec<_>>())
    }

    #[test]
    fn a_list_of_the_document_admits_those_whom_it_lets_write() {
        let document = list(&[
            (OWNER, 6, UNDEFINED),
            (USER, 7, 10),
            (USER, 4, 11),
            (GROUP, 4, UNDEFINED),
            (NAMED_GROUP, 6, 12),
            (MASK, 6, UNDEFINED),
            (OTHERS, 4, UNDEFINED),
        ]);
        let access = Access::of(&facts(0o664, 1, 2), Some(&document));
        assert_eq!(
            access.named,
            [(USER, 10, 6), (USER, 11, 0), (NAMED_GROUP, 12, 6)]
        );
        assert!(!access.is_for_group, "the mode has the mask's rights");
        assert_eq!(access.mode(), 0o660);
        let lock = list(&[
            (OWNER, 6, UNDEFINED),
            (USER, 6, 10),
            (USER, 0, 11),
            (GROUP, 0, UNDEFINED),
            (NAMED_GROUP, 6, 12),
            (MASK, 6, UNDEFINED),
            (OTHERS, 0, UNDEFINED),
        ]);
        assert_eq!(access.list(access.named.clone(), true), lock);
        // The mask bounds the rights of all entries.
        let masked = list(&[
            (OWNER, 6, UNDEFINED),
            (USER, 7, 10),
            (GROUP, 6, UNDEFINED),
            (MASK, 4, UNDEFINED),
            (OTHERS, 0, UNDEFINED),
        ]);
        let access = Access::of(&facts(0o640, 1, 2), Some(&masked));
        assert_eq!((access.named.len(), access.is_for_group), (0, false));
        // A user whom the list keeps out, although all others may write.
        let denied = list(&[
            (OWNER, 6, UNDEFINED),
            (USER, 0, 10),
            (GROUP, 6, UNDEFINED),
            (MASK, 6, UNDEFINED),
            (OTHERS, 6, UNDEFINED),
        ]);
        let access = Access::of(&facts(0o666, 1, 2), Some(&denied));
        assert_eq!(access.list(access.named.clone(), true), denied);
    }

    /// The members of the lock file's group are among the others, if the document has another group.
    #[test]
    fn a_group_that_the_document_has_not_has_the_access_of_all() {
        let access = Access::of(&facts(0o662, 1, 2), None);
        assert_eq!(
            (access.mode_in(true), access.mode_in(false)),
            (0o666, 0o666)
        );
        let access = Access::of(&facts(0o660, 1, 2), None);
        assert_eq!(
            (access.mode_in(true), access.mode_in(false)),
            (0o660, 0o600)
        );
        let access = Access::of(&facts(0o606, 1, 2), None);
        let shown = access.list(vec![], false);
        let group = acl::parse(&shown).unwrap();
        let group = group.iter().find(|entry| entry.tag == GROUP).unwrap();
        assert_eq!(group.rights, READ_AND_WRITE);
    }
}
