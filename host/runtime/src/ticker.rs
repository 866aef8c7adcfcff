//! The clock that guests' deadlines are counted by.

use std::io;
use std::thread;
use std::time::Duration;
use wasmtime::EngineWeak;

/// How long a tick takes. A guest is stopped about this much late, or by as much as its last instruction takes: one
/// that fills all of its memory is not interrupted.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Starts the thread that moves the engine's epoch on. It ends with the engine.
///
/// There is one, it always runs, and nothing else moves the epoch: a deadline is a number of ticks from
/// now, so that one guest's deadline never ends another's.
pub(crate) fn start(engine: EngineWeak) -> io::Result<()> {
    thread::Builder::new()
        .name("amend-ticker".to_owned())
        .spawn(move || {
            loop {
                thread::sleep(TICK);
                match engine.upgrade() {
                    Some(engine) => engine.increment_epoch(),
                    None => break,
                }
            }
        })?;
    Ok(())
}

/// How many ticks are at least this long. The tick that is under way does not count as one.
pub(crate) fn ticks(time: Duration) -> u64 {
    let ticks = time.as_nanos().div_ceil(TICK.as_nanos()).saturating_add(1);
    u64::try_from(ticks)
        .unwrap_or(u64::MAX / 2)
        .min(u64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_never_early_and_never_overflows() {
        assert_eq!(ticks(Duration::ZERO), 1);
        assert_eq!(ticks(Duration::from_millis(10)), 2);
        assert_eq!(ticks(Duration::from_millis(11)), 3);
        assert!(ticks(Duration::MAX) <= u64::MAX / 2);
    }
}
