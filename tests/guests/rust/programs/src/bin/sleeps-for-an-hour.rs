//! Sleeps, in a call of the host, where epochs do not reach it.

use std::thread::sleep;
use std::time::Duration;

fn main() {
    sleep(Duration::from_secs(3600));
}
