//! A world that is the same each time, for guests whose fuel is counted.

use std::time::Duration;
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtxBuilder};

/// Makes clocks that stand still, and random numbers that are the same each time.
///
/// Hash tables of many languages are seeded with them: without this, neither the order of members in an answer
/// nor the fuel that it took to make it would be the same twice.
pub(crate) fn make(wasi: &mut WasiCtxBuilder) {
    wasi.secure_random(numbers())
        .insecure_random(numbers())
        .insecure_random_seed(1)
        .wall_clock(Still)
        .monotonic_clock(Still);
}

/// Every byte once, in no order that one sees, and then again.
fn numbers() -> Deterministic {
    // An odd factor visits all of them.
    Deterministic::new(
        (0..=u8::MAX)
            .map(|n| n.wrapping_mul(167).wrapping_add(13))
            .collect(),
    )
}

/// It is always the beginning of 1970.
struct Still;

impl HostWallClock for Still {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for Still {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        0
    }
}
