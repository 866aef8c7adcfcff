//! What a compiling process is told before the component: its limits, and the settings that its code depends on.

use crate::compiler::CompileLimits;
use std::io::{self, Read, Write};
use std::time::Duration;

/// Both ends are of one build, so this only tells a request from other input.
const MAGIC: [u8; 8] = *b"amend c1";

/// How a component is to be compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) stack: usize,
    pub(crate) is_metered: bool,
    pub(crate) limits: CompileLimits,
}

impl Request {
    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&MAGIC)?;
        let stack = u64::try_from(self.stack).unwrap_or(u64::MAX);
        for number in [
            stack,
            u64::from(self.is_metered),
            self.limits.memory,
            u64::try_from(self.limits.time.as_nanos()).unwrap_or(u64::MAX),
        ] {
            to.write_all(&number.to_le_bytes())?;
        }
        Ok(())
    }

    pub(crate) fn read(from: &mut impl Read) -> io::Result<Request> {
        if number(from)? != u64::from_le_bytes(MAGIC) {
            return Err(io::Error::other("this is no request to compile"));
        }
        Ok(Request {
            stack: usize::try_from(number(from)?).map_err(io::Error::other)?,
            is_metered: number(from)? != 0,
            limits: CompileLimits {
                memory: number(from)?,
                time: Duration::from_nanos(number(from)?),
            },
        })
    }
}

/// Rounded up to whole seconds, as `RLIMIT_CPU` counts them. Zero would be no time to start.
pub(crate) fn seconds(time: Duration) -> u64 {
    let part = u64::from(time.subsec_nanos() > 0);
    time.as_secs().saturating_add(part).max(1)
}

fn number(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let request = Request {
            stack: 123_456,
            is_metered: true,
            limits: CompileLimits::default().with_time(Duration::from_millis(1500)),
        };
        let mut bytes = Vec::new();
        request.write(&mut bytes).unwrap();
        let read = Request::read(&mut &*bytes).unwrap();
        assert_eq!(read.limits.time, Duration::from_millis(1500));
        assert_eq!(seconds(read.limits.time), 2);
        assert_eq!((read.stack, read.is_metered), (123_456, true));
        bytes[0] = 0;
        assert!(Request::read(&mut &*bytes).is_err());
    }
}
