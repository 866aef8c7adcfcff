//! Who holds a lock.

use std::fmt;

/// The process that holds a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockHolder {
    /// Its process ID, as this process sees it.
    pub process: u32,
    /// The name of its command, where it can be read.
    pub command: Option<String>,
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.process == std::process::id() {
            return write!(f, "this process ({})", self.process);
        }
        write!(f, "process {}", self.process)?;
        match &self.command {
            Some(command) => write!(f, " ({command})"),
            None => Ok(()),
        }
    }
}

/// Who holds the `flock(2)` of a file, going by the kernel's list of locks (`proc_locks(5)`). A holder in
/// another process namespace is not in it.
#[cfg(target_os = "linux")]
pub(crate) fn holder(device: u64, inode: u64) -> Option<LockHolder> {
    // The list is read in pieces, and when a lock is given up between two of them another one is passed over.
    const LOOKS: usize = 10;
    let process = (0..LOOKS).find_map(|_| {
        let locks = std::fs::read_to_string("/proc/locks").ok()?;
        locks.lines().find_map(|line| held_by(line, device, inode))
    })?;
    let command = std::fs::read_to_string(format!("/proc/{process}/comm")).ok();
    Some(LockHolder {
        process,
        command: command.map(|name| name.trim_end().to_owned()),
    })
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn holder(_device: u64, _inode: u64) -> Option<LockHolder> {
    None
}

/// Reads one line, `1: FLOCK  ADVISORY  WRITE 4711 fe:00:262146 0 EOF`. One with an arrow is of a waiter.
#[cfg(target_os = "linux")]
fn held_by(line: &str, device: u64, inode: u64) -> Option<u32> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    if fields.next()? != "FLOCK" {
        return None;
    }
    let process = fields.nth(2)?.parse().ok()?;
    let mut file = fields.next()?.split(':');
    let major = u32::from_str_radix(file.next()?, 16).ok()?;
    let minor = u32::from_str_radix(file.next()?, 16).ok()?;
    let is_this =
        rustix::fs::makedev(major, minor) == device && file.next()?.parse::<u64>().ok()? == inode;
    is_this.then_some(process)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_proc_locks_is_read() {
        let device = rustix::fs::makedev(0xfe, 1);
        let held = "1: FLOCK  ADVISORY  WRITE 4711 fe:01:262146 0 EOF";
        assert_eq!(held_by(held, device, 262_146), Some(4711));
        assert_eq!(held_by(held, device, 262_147), None);
        assert_eq!(held_by(held, device + 1, 262_146), None);
        for other in [
            "1: -> FLOCK  ADVISORY  WRITE 4711 fe:01:262146 0 EOF",
            "2: POSIX  ADVISORY  WRITE 4711 fe:01:262146 0 EOF",
            "",
        ] {
            assert_eq!(held_by(other, device, 262_146), None, "{other}");
        }
    }
}
