//! Reading values as an author's own types.
//!
//! `std.json.parseFromValue` does this too, but takes the string "4" for the number 4, and rounds numbers in silence.

const std = @import("std");
const Allocator = std.mem.Allocator;
const Value = std.json.Value;

/// Where something does not fit, and what was wanted there.
pub const Misfit = struct {
    /// The member; empty for the value as a whole.
    member: []const u8 = "",
    wanted: []const u8 = "",
};

/// What becomes of members that a struct does not have.
pub const Others = enum { ignored, refused };

pub const Error = error{ DoesNotFit, OutOfMemory };

/// Reads a value as a `bool`, an integer, a float, a string (`[]const u8`), a slice, an optional, a struct with
/// defaults for what may be missing, or a `Value`.
pub fn read(comptime T: type, arena: Allocator, value: Value, others: Others, misfit: *Misfit) Error!T {
    if (T == Value) return value;
    switch (@typeInfo(T)) {
        .bool => if (value == .bool) return value.bool,
        .int => if (value == .integer) {
            if (std.math.cast(T, value.integer)) |fits| return fits;
        } else if (value == .number_string) {
            // More than an i64 holds may still be what a u64 or an i128 does.
            if (std.fmt.parseInt(T, value.number_string, 10)) |fits| return fits else |_| {}
        },
        .float => switch (value) {
            .integer => |integer| return @floatFromInt(integer),
            .number_string => |text| {
                const number = std.fmt.parseFloat(T, text) catch unreachable; // it is a number
                if (std.math.isFinite(number)) return number;
            },
            else => {},
        },
        .optional => |optional| {
            if (value == .null) return null;
            return try read(optional.child, arena, value, others, misfit);
        },
        .pointer => |pointer| {
            if (pointer.size != .slice) @compileError("an updater cannot read a " ++ @typeName(T));
            if (pointer.child == u8) {
                if (value == .string) return value.string;
            } else if (value == .array) {
                const items = try arena.alloc(pointer.child, value.array.items.len);
                for (items, value.array.items) |*item, from| item.* = try read(pointer.child, arena, from, others, misfit);
                return items;
            }
        },
        .@"struct" => if (value == .object) return readStruct(T, arena, value.object, others, misfit),
        else => @compileError("an updater cannot read a " ++ @typeName(T)),
    }
    misfit.wanted = comptime name(T);
    return error.DoesNotFit;
}

fn readStruct(comptime T: type, arena: Allocator, object: std.json.ObjectMap, others: Others, misfit: *Misfit) Error!T {
    const info = @typeInfo(T).@"struct";
    var made: T = undefined;
    inline for (info.field_names, info.field_types, info.field_attrs) |field, Field, attributes| {
        if (object.get(field)) |value| {
            @field(made, field) = read(Field, arena, value, others, misfit) catch |err| {
                if (misfit.member.len == 0) misfit.member = field;
                return err;
            };
        } else if (attributes.defaultValue(Field)) |default| {
            @field(made, field) = default;
        } else {
            misfit.* = .{ .member = field, .wanted = "there" };
            return error.DoesNotFit;
        }
    }
    if (others == .refused) for (object.keys()) |key| {
        inline for (info.field_names) |field| {
            if (std.mem.eql(u8, key, field)) break;
        } else {
            misfit.* = .{ .member = key, .wanted = "known here" };
            return error.DoesNotFit;
        }
    };
    return made;
}

/// A type in the words of a message: "is not ...".
fn name(comptime T: type) []const u8 {
    return switch (@typeInfo(T)) {
        .bool => "true or false",
        .int => |int| std.fmt.comptimePrint("a whole number of {d} bits{s}", .{
            int.bits,
            if (int.signedness == .unsigned) " without a sign" else "",
        }),
        .float => "a number that fits",
        .pointer => |pointer| if (pointer.child == u8) "a string" else "an array",
        else => "an object",
    };
}

test "only what is meant is taken" {
    const Stock = struct { count: i8 = 7, ratio: f64 = 1, tags: []const []const u8 = &.{}, note: ?[]const u8 = null };
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const parse = @import("json.zig").parse;
    var misfit: Misfit = .{};
    const fits = try read(Stock, arena.allocator(), try parse(arena.allocator(),
        \\{"count":-4,"ratio":1.5e0,"tags":["a"],"note":null}
    ), .refused, &misfit);
    try std.testing.expectEqual(-4, fits.count);
    try std.testing.expectEqual(1.5, fits.ratio);
    try std.testing.expectEqualStrings("a", fits.tags[0]);
    for ([_]struct { []const u8, []const u8, []const u8 }{
        .{ "[]", "", "an object" },
        .{ "{\"count\":\"4\"}", "count", "a whole number of 8 bits" },
        .{ "{\"count\":128}", "count", "a whole number of 8 bits" },
        .{ "{\"count\":1.0}", "count", "a whole number of 8 bits" },
        .{ "{\"count\":null}", "count", "a whole number of 8 bits" },
        .{ "{\"ratio\":1e400}", "ratio", "a number that fits" },
        .{ "{\"tags\":[1]}", "tags", "a string" },
        .{ "{\"note\":true}", "note", "a string" },
        .{ "{\"other\":1}", "other", "known here" },
    }) |case| {
        misfit = .{};
        const value = try parse(arena.allocator(), case[0]);
        try std.testing.expectError(error.DoesNotFit, read(Stock, arena.allocator(), value, .refused, &misfit));
        try std.testing.expectEqualStrings(case[1], misfit.member);
        try std.testing.expectEqualStrings(case[2], misfit.wanted);
    }
}
