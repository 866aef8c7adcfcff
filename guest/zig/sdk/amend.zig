//! Write an updater for amend in Zig: one function.
//!
//! ```zig
//! const amend = @import("amend");
//!
//! comptime {
//!     amend.updater(update);
//! }
//!
//! fn update(call: *amend.Call) !amend.Answer {
//!     const current = try call.document(struct { apples: u64 = 0 });
//!     const args = try call.args(struct { take: u64 });
//!     if (args.take > current.apples) return call.refuse("only {d} are left", .{current.apples});
//!     return call.merge(.{ .apples = current.apples - args.take });
//! }
//! ```
//!
//! JSON is `std.json.Value`. Numbers that are not an `i64` stay what they are in the text, `.number_string`, so that
//! `18446744073709551617`, `1e400` and `1.0` go back as they came; `Call.read` makes an `f64` of one where that is
//! wanted.
//!
//! An error that the function returns refuses. `Call.refuse` says why; all other errors say their names.

const std = @import("std");
const builtin = @import("builtin");

pub const Answer = @import("answer.zig").Answer;
pub const Call = @import("call.zig").Call;
pub const Outcome = @import("call.zig").Outcome;
pub const run = @import("call.zig").run;

/// Makes a function the updater that this component exports. For `comptime`. Natively, for `zig test`, it does nothing.
pub fn updater(comptime update: fn (*Call) anyerror!Answer) void {
    if (builtin.target.cpu.arch.isWasm()) @import("abi.zig").exported(update);
}

test {
    _ = @import("call.zig");
    _ = @import("json.zig");
    _ = @import("read.zig");
}
