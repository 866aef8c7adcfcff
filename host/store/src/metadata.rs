//! The metadata that a new file takes over from the one it replaces: owner, group, mode, attributes, inode flags.

use crate::acl::{self, ACL};
use crate::disk::{Facts, File};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::io;

/// The permission bits that are kept. Set-user-ID, set-group-ID and the sticky bit are not: the kernel
/// clears them when somebody writes to a file, and a replacement is a write.
pub(crate) const KEPT: u32 = 0o777;

/// The mode to create the temporary file with: until it has the right owner, nobody else may read it. That of
/// a new document is what the umask leaves.
pub(crate) fn mode_at_first(old: Option<&Facts>) -> u32 {
    if old.is_some() { 0o600 } else { 0o666 }
}

/// Gives the new file the owner, group, mode, access control list, extended attributes and inode flags of the old one.
///
/// The order matters: at no moment may somebody read the new file who could not read the old one. So the mode
/// comes last, and the file has 0600 until then.
///
/// Where the process may not give the group away, the access control list, which would speak of another group,
/// is left out, and the new group and everybody else get what all had: those in the old group, and those whom
/// the list named, are among the others then, and may have had less than these.
pub(crate) fn take_over<F: File>(new: &F, old: &F, facts: &Facts) -> io::Result<()> {
    new.take_over_flags(old)?;
    let mut mode = facts.mode & KEPT;
    let fresh = new.facts()?;
    let is_group_kept = give_away(new, &fresh, facts);
    let attributes = old.attributes()?;
    if !is_group_kept {
        let list = attributes.iter().find(|(name, _)| name == ACL);
        let all = had_by_all(mode, list.map(|(_, list)| &**list));
        mode = (mode & 0o700) | (all << 3) | all;
    }
    let has_acl = |all: &[(OsString, Vec<u8>)]| all.iter().any(|(name, _)| name == ACL);
    // The directory may have given it a list of its own, which would come to life with the mode.
    if !(is_group_kept && has_acl(&attributes)) && has_acl(&new.attributes()?) {
        new.remove_attribute(OsStr::new(ACL))?;
    }
    for (name, value) in &attributes {
        if name != ACL || is_group_kept {
            set_attribute(new, name, value)?;
        }
    }
    if fresh.mode != mode || !attributes.is_empty() {
        new.set_mode(mode)?;
        check_mode(new, mode)?;
    }
    Ok(())
}

/// Some file systems of user space accept a mode and ignore it. The document would then stay at the mode of the temporary
/// file.
fn check_mode<F: File>(new: &F, wanted: u32) -> io::Result<()> {
    let found = new.facts()?.mode & KEPT;
    if found == wanted {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        format!("the file system left the mode at {found:04o} when it was set to {wanted:04o}"),
    ))
}

/// What everybody but the owner had, whatever group he is in and whatever the list says of him.
fn had_by_all(mode: u32, list: Option<&[u8]>) -> u32 {
    let of_mode = mode & (mode >> 3) & 0o7;
    list.map_or(of_mode, |list| of_mode & given_to_all(list).unwrap_or(0))
}

/// The rights that each entry of an access control list gives, except the owner's. `None` when it is not such a list.
fn given_to_all(list: &[u8]) -> Option<u32> {
    let entries = acl::parse(list)?.into_iter();
    let others = entries.filter(|entry| entry.tag != acl::OWNER);
    Some(others.fold(0o7, |all, entry| all & u32::from(entry.rights)))
}

/// Whether the file has the old one's group then.
fn give_away<F: File>(new: &F, fresh: &Facts, old: &Facts) -> bool {
    if (fresh.user, fresh.group) == (old.user, old.group) {
        return true;
    }
    new.set_owner(Some(old.user), Some(old.group)).is_ok()
        || new.set_owner(None, Some(old.group)).is_ok()
        || fresh.group == old.group
}

/// What only a privileged process may set (`security.*`, `trusted.*`) is given by the system to the new file
/// as it was to the old one. A document without its other attributes is not the same document.
fn set_attribute<F: File>(new: &F, name: &OsStr, value: &[u8]) -> io::Result<()> {
    let is_privileged = ["security.", "trusted."]
        .iter()
        .any(|prefix| name.as_encoded_bytes().starts_with(prefix.as_bytes()));
    match new.set_attribute(name, value) {
        Err(error)
            if is_privileged
                && matches!(
                    Errno::from_io_error(&error),
                    Some(Errno::PERM | Errno::ACCESS | Errno::OPNOTSUPP)
                ) =>
        {
            Ok(())
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{ByteLock, Kind, Waited};
    use std::sync::Mutex;
    use std::time::Duration;

    const ME: u32 = 1;
    const OWNER: u32 = 2;
    const GROUP: u32 = 3;

    /// A file of which only what this module uses is there, and which writes down what it was after each step.
    #[derive(Debug)]
    struct Recorded {
        now: Mutex<State>,
        seen: Mutex<Vec<State>>,
        may_give_away: bool,
        may_give_to_group: bool,
        ignores_mode: bool,
    }

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct State {
        facts: Facts,
        list: Option<Vec<u8>>,
    }

    fn state(mode: u32, user: u32, group: u32, list: Option<&[u8]>) -> State {
        State {
            facts: Facts::sample(Kind::File, mode, user, group),
            list: list.map(<[u8]>::to_vec),
        }
    }

    impl Recorded {
        fn new(now: State) -> Recorded {
            Recorded {
                seen: Mutex::new(vec![now.clone()]),
                now: Mutex::new(now),
                may_give_away: true,
                may_give_to_group: true,
                ignores_mode: false,
            }
        }

        fn step(&self, change: impl FnOnce(&mut State)) -> io::Result<()> {
            let mut now = self.now.lock().unwrap();
            change(&mut now);
            self.seen.lock().unwrap().push(now.clone());
            Ok(())
        }
    }

    impl File for Recorded {
        fn facts(&self) -> io::Result<Facts> {
            Ok(self.now.lock().unwrap().facts)
        }

        fn set_owner(&self, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
            if user.is_some() && !self.may_give_away || !self.may_give_to_group {
                return Err(Errno::PERM.into());
            }
            self.step(|now| {
                now.facts.user = user.unwrap_or(now.facts.user);
                now.facts.group = group.unwrap_or(now.facts.group);
            })
        }

        fn set_mode(&self, mode: u32) -> io::Result<()> {
            if self.ignores_mode {
                return Ok(());
            }
            self.step(|now| now.facts.mode = mode)
        }

        fn take_over_flags(&self, _: &Recorded) -> io::Result<()> {
            Ok(())
        }

        fn attributes(&self) -> io::Result<Vec<(OsString, Vec<u8>)>> {
            let list = self.now.lock().unwrap().list.clone();
            Ok(list.map(|list| (ACL.into(), list)).into_iter().collect())
        }

        fn set_attribute(&self, _: &OsStr, value: &[u8]) -> io::Result<()> {
            self.step(|now| now.list = Some(value.to_vec()))
        }

        fn remove_attribute(&self, _: &OsStr) -> io::Result<()> {
            self.step(|now| now.list = None)
        }

        fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
            unreachable!()
        }

        fn write_at(&self, _: &[u8], _: u64) -> io::Result<usize> {
            unreachable!()
        }

        fn set_len(&self, _: u64) -> io::Result<()> {
            unreachable!()
        }

        fn begin_sync(&self, _: u64, _: u64) {}

        fn sync(&self) -> io::Result<()> {
            unreachable!()
        }

        fn lock(self, _: Option<Duration>) -> io::Result<Waited<Self>> {
            unreachable!()
        }

        fn lock_byte(&self, _: u64, _: ByteLock, _: Duration) -> io::Result<bool> {
            unreachable!()
        }

        fn unlock_byte(&self, _: u64) -> io::Result<()> {
            unreachable!()
        }

        fn is_byte_locked(&self, _: u64) -> io::Result<bool> {
            unreachable!()
        }

        fn is_being_written(&self) -> Option<bool> {
            unreachable!()
        }
    }

    /// Checks that at no step the new file's group, everybody, or a list that the old one had not, may read
    /// what they could not read in the old one.
    fn check(new: &Recorded, old: &State) {
        let steps = new.seen.lock().unwrap();
        for step in steps.iter() {
            let allowed = if step.facts.group == old.facts.group {
                old.facts.mode
            } else {
                let all = old.facts.mode & (old.facts.mode >> 3) & 0o7;
                (all << 3) | all
            };
            assert_eq!(step.facts.mode & 0o077 & !allowed, 0, "{steps:#?}");
            assert!(
                step.facts.mode & 0o070 == 0 || step.list.is_none() || step.list == old.list,
                "a list that is not the old one's came to life: {steps:#?}"
            );
        }
    }

    /// Whoever opens a file for the moment in which he may, may read it for ever.
    #[test]
    fn at_no_step_is_the_new_file_more_readable_than_the_old_one() {
        let first = mode_at_first(Some(&state(0o644, OWNER, GROUP, None).facts));
        assert_eq!(first, 0o600);
        for mode in [0o600, 0o640, 0o660, 0o664, 0o606] {
            for list in [None, Some(&b"the document's"[..])] {
                for inherited in [None, Some(&b"the directory's"[..])] {
                    for (may_give_away, may_give_to_group) in
                        [(true, true), (false, true), (false, false)]
                    {
                        let old = state(mode, OWNER, GROUP, list);
                        let mut new = Recorded::new(state(first, ME, ME, inherited));
                        new.may_give_away = may_give_away;
                        new.may_give_to_group = may_give_to_group;
                        take_over(&new, &Recorded::new(old.clone()), &old.facts).unwrap();
                        check(&new, &old);
                        let after = new.now.lock().unwrap();
                        if may_give_to_group {
                            assert_eq!(after.facts.mode, mode);
                            assert_eq!(after.list, old.list);
                        } else {
                            assert_eq!(after.list, None);
                        }
                    }
                }
            }
        }
    }

    /// The document would have the mode of a temporary file.
    #[test]
    fn a_mode_that_is_ignored_is_an_error() {
        let old = state(0o664, ME, GROUP, None);
        let mut new = Recorded::new(state(0o600, ME, GROUP, None));
        new.ignores_mode = true;
        let error = take_over(&new, &Recorded::new(old.clone()), &old.facts).unwrap_err();
        assert!(error.to_string().contains("0600"), "{error}");
    }
}
