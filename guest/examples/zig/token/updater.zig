//! `token` registers a deployment token at `/token`, and answers with one operation.
//!
//! Two deployments at once: one wins, the other is refused, nobody is clobbered. A deployment that takes over says
//! whose token it expects to find.
//!
//! Arguments: {"token": "...", "previous": "..."}, `previous` only when taking over. Refuses when the stored token is
//! neither absent nor `previous`.

const std = @import("std");
const amend = @import("amend");

comptime {
    amend.updater(update);
}

fn update(call: *amend.Call) !amend.Answer {
    const current = try call.document(struct { token: ?[]const u8 = null });
    const args = try call.args(struct { token: []const u8, previous: ?[]const u8 = null });
    if (current.token) |stored| {
        const expected = args.previous orelse "";
        // The reason goes into logs, where somebody's token must not be read.
        if (args.previous == null or !std.mem.eql(u8, stored, expected)) return call.refuse("another token is registered", .{});
    }
    return call.operations(.{.{ .op = "add", .path = "/token", .value = args.token }});
}
