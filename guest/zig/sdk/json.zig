//! JSON text in, JSON text out, and no number comes back as another one.

const std = @import("std");
const Allocator = std.mem.Allocator;
const Value = std.json.Value;

/// Deeper nesting is refused: what goes through values calls itself, and the stack has an end.
pub const deepest = 127;

pub const Error = error{ NotJson, TooDeep, OutOfMemory };

pub fn parse(arena: Allocator, text: []const u8) Error!Value {
    var value = std.json.parseFromSliceLeaky(Value, arena, text, .{ .parse_numbers = false }) catch |err| switch (err) {
        error.OutOfMemory => return error.OutOfMemory,
        else => return error.NotJson,
    };
    try settle(&value, 0);
    return value;
}

/// Makes integers of the numbers that are some. The others keep their text: an `f64` would change many.
fn settle(value: *Value, depth: usize) Error!void {
    switch (value.*) {
        .number_string => |text| value.* = integer(text) orelse return,
        .array => |array| {
            if (depth == deepest) return error.TooDeep;
            for (array.items) |*item| try settle(item, depth + 1);
        },
        .object => |object| {
            if (depth == deepest) return error.TooDeep;
            for (object.values()) |*member| try settle(member, depth + 1);
        },
        else => {},
    }
}

fn integer(text: []const u8) ?Value {
    // Zero with a sign would lose it.
    if (std.mem.eql(u8, text, "-0")) return null;
    return .{ .integer = std.fmt.parseInt(i64, text, 10) catch return null };
}

/// Anything that std.json writes: a `Value`, a struct, a tuple, a slice.
pub fn write(arena: Allocator, value: anytype) error{OutOfMemory}![]const u8 {
    return std.json.Stringify.valueAlloc(arena, value, .{});
}

test "what goes through comes out with the same value" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const gpa = arena.allocator();
    for ([_][]const u8{
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1E400",
        "18446744073709551617",
        "-9223372036854775809",
        "9223372036854775807",
        "0.1000000000000000055511151231257827",
        "{\"b\":[1.50,{\"a\":1e-400}],\"a\":\"\\u0000\\\"\"}",
    }) |text| try std.testing.expectEqualStrings(text, try write(gpa, try parse(gpa, text)));
}

test "what is not JSON, or nested without end, is an error" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const gpa = arena.allocator();
    for ([_][]const u8{ "", " ", "{", "{}x", "NaN", "[1,]", "\x00", "'a'", "\"\\ud800\"", "{\"a\":1,\"a\":2}", "01" }) |text| {
        try std.testing.expectError(error.NotJson, parse(gpa, text));
    }
    const deep: [100_000]u8 = @splat('[');
    const back: [100_000]u8 = @splat(']');
    _ = try parse(gpa, deep[0..127] ++ back[0..127]);
    try std.testing.expectError(error.TooDeep, parse(gpa, deep[0..128] ++ back[0..128]));
    try std.testing.expectError(error.TooDeep, parse(gpa, &(deep ++ back)));
}
