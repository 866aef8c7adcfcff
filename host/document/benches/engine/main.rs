//! How fast the engine is, side by side with its yardsticks: `cargo bench -p amend-document`.
//!
//! Every line is the best of several runs, in the same process and on the same text, and ends with the
//! ratio that is the target and the most that it may be. Times alone mean little on another machine;
//! the ratios hold. `cargo bench -p amend-document -- 10` makes the large document 10 MB.

#![allow(
    clippy::unwrap_used,
    reason = "what is benchmarked here is known to work"
)]

mod differences;
mod large;
mod measure;
mod memory;
mod operations;
mod texts;

fn main() {
    let megabytes = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .next()
        .unwrap_or(100);
    large::records(megabytes << 20);
    large::shapes(megabytes << 20);
    operations::many();
    operations::on_a_small_document();
    differences::documents();
    differences::arrays();
}
