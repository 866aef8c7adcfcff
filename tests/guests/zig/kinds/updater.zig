//! Reads `value` of the document as one of the kinds, and commits that it could.
//!
//! Arguments: {"as": "integer"}. "error" returns an error of its own.

const std = @import("std");
const amend = @import("amend");

comptime {
    amend.updater(update);
}

fn update(call: *amend.Call) !amend.Answer {
    const args = try call.args(struct { as: []const u8 });
    const kind = std.meta.stringToEnum(Kind, args.as) orelse return call.refuse("no such kind", .{});
    switch (kind) {
        .integer => _ = try call.document(struct { value: i64 }),
        .number => _ = try call.document(struct { value: f64 }),
        .boolean => _ = try call.document(struct { value: bool }),
        .string => _ = try call.document(struct { value: []const u8 }),
        .object => _ = try call.document(struct { value: struct {} }),
        .array => _ = try call.document(struct { value: []const std.json.Value }),
        .@"error" => return error.OutOfLuck,
    }
    return call.merge(.{ .read = true });
}

const Kind = enum { integer, number, boolean, string, object, array, @"error" };
