//! `manifest` sets a value at a path of keys and makes the objects that are missing on the way.
//!
//! Build tools do this to a shared manifest from many processes at once: each adds its own artifact.
//!
//! Arguments: {"keys": ["HelloFlow", "linux-64", "a1b2"], "value": {...}}. Refuses when something on the way is not an
//! object, and when there are no keys.

const std = @import("std");
const amend = @import("amend");

comptime {
    amend.updater(update);
}

/// Far more than any manifest needs.
const most_keys = 32;

fn update(call: *amend.Call) !amend.Answer {
    const args = try call.args(struct { keys: []const []const u8, value: std.json.Value });
    if (args.keys.len == 0) return call.refuse("no keys: they say where in the document the value goes", .{});
    if (args.keys.len > most_keys) {
        return call.refuse("{d} keys are too many: at most {d} are taken", .{ args.keys.len, most_keys });
    }
    var place = &call.current;
    for (args.keys, 0..) |key, depth| {
        if (place.* != .object) return call.refuse(
            "what stands before key {d} is not an object, so it cannot have a member \"{s}\"",
            .{ depth, key },
        );
        const member = try place.object.getOrPut(call.arena, key);
        if (!member.found_existing) member.value_ptr.* = .{ .object = .empty };
        place = member.value_ptr;
    }
    place.* = args.value;
    return call.replace(call.current);
}
