//! Makes one of the mistakes that Zig checks for, and commits its outcome as `x` if it goes on.
//!
//! Arguments: {"mistake": "add", "at": 1000}. The operands come from the arguments, so that the compiler does not know
//! them.

const std = @import("std");
const amend = @import("amend");

comptime {
    amend.updater(update);
}

const Mistake = enum {
    add,
    subtract,
    multiply,
    negate,
    cast,
    divide,
    shift,
    index,
    slice,
    optional,
    @"union field",
    memory,
    stack,
};

const Either = union(enum) { number: i64, nothing: void };

fn update(call: *amend.Call) !amend.Answer {
    const args = try call.args(struct { mistake: []const u8, at: i64 = 1000 });
    const mistake = std.meta.stringToEnum(Mistake, args.mistake) orelse return call.refuse("{s} is no mistake", .{args.mistake});
    return call.merge(.{ .x = try make(mistake, call, args.at) });
}

fn make(mistake: Mistake, call: *amend.Call, at: i64) !i64 {
    var numbers = [_]i64{ 7, 7, 7 };
    std.mem.doNotOptimizeAway(&numbers);
    const index: usize = @intCast(@max(at, 0));
    return switch (mistake) {
        .add => at + std.math.maxInt(i64),
        .subtract => std.math.minInt(i64) - at,
        .multiply => at * std.math.maxInt(i64),
        .negate => -@as(i8, @intCast(at)),
        .cast => @as(u8, @intCast(at)),
        .divide => @divTrunc(at, @as(i64, @intCast(call.arguments.object.count())) - 2),
        .shift => numbers[0] << @intCast(index),
        .index => numbers[index],
        .slice => @intCast(numbers[0..index].len),
        .optional => call.current.object.get("no such member").?.integer,
        .@"union field" => (if (at > 0) Either{ .nothing = {} } else Either{ .number = 1 }).number,
        .memory => {
            var kept: i64 = 0;
            while (kept < at) : (kept += 1) @memset(try call.arena.alloc(u8, 1 << 20), 'x');
            return kept;
        },
        .stack => recurse(at),
    };
}

/// Calls itself with frames of 16 KiB each, which are more than the stack has long before WebAssembly's own is full.
noinline fn recurse(frames: i64) i64 {
    var frame: [16 << 10]u8 = undefined;
    frame[0] = @intCast(frames);
    std.mem.doNotOptimizeAway(&frame);
    return if (frames > 1) recurse(frames - 1) + 1 else 1;
}
