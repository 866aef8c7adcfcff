//! `counter` adds to `/count`, and answers with the whole document.
//!
//! Arguments: {"by": 3}, or {} for 1. Refuses when the count is not a whole number, or would no longer fit 64 bits.

const std = @import("std");
const amend = @import("amend");

comptime {
    amend.updater(update);
}

fn update(call: *amend.Call) !amend.Answer {
    const current = try call.document(struct { count: i64 = 0 });
    const args = try call.args(struct { by: i64 = 1 });
    const sum = std.math.add(i64, current.count, args.by) catch
        return call.refuse("{d} and {d} more are too many for a counter of 64 bits", .{ current.count, args.by });
    const members = try call.members();
    try members.put(call.arena, "count", .{ .integer = sum });
    return call.replace(call.current);
}

test update {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const counted = amend.run(update, arena.allocator(), "{\"count\":4,\"ratio\":1.0}", "{\"by\":-6}");
    try std.testing.expectEqualStrings("{\"count\":-2,\"ratio\":1.0}", counted.answered.replace);
    const full = amend.run(update, arena.allocator(), "{\"count\":9223372036854775807}", "{}");
    try std.testing.expectStringStartsWith(full.refused, "9223372036854775807 and 1 more are too many");
}
