//! One call of an updater.

const std = @import("std");
const json = @import("json.zig");
const reading = @import("read.zig");
const Answer = @import("answer.zig").Answer;
const Allocator = std.mem.Allocator;
const Value = std.json.Value;

/// What an updater is given, and what it makes its answer with.
pub const Call = struct {
    /// Memory for as long as the call takes. Nothing in it need be freed.
    arena: Allocator,
    /// The document; an empty object when there is none.
    current: Value,
    /// Whether there is a document.
    exists: bool,
    /// The arguments.
    arguments: Value,
    /// Why `error.Refused` was returned.
    reason: []const u8 = "",

    /// As much of the document as `T` names; other members are no concern of it.
    pub fn document(call: *Call, comptime T: type) !T {
        return call.read(T, call.current, .ignored, "the document");
    }

    /// The arguments. Members that `T` does not name are refused, so that a mistyped one is not lost.
    pub fn args(call: *Call, comptime T: type) !T {
        return call.read(T, call.arguments, .refused, "the arguments");
    }

    /// The document's members, to be changed and then given to `replace`.
    pub fn members(call: *Call) !*std.json.ObjectMap {
        if (call.current != .object) return call.refuse("the document is not an object", .{});
        return &call.current.object;
    }

    /// Reads any value; a refusal says `name`.
    pub fn read(call: *Call, comptime T: type, value: Value, others: reading.Others, name: []const u8) !T {
        var misfit: reading.Misfit = .{};
        return reading.read(T, call.arena, value, others, &misfit) catch |err| switch (err) {
            error.OutOfMemory => err,
            error.DoesNotFit => if (misfit.member.len == 0)
                call.refuse("{s}: not {s}", .{ name, misfit.wanted })
            else
                call.refuse("{s}: \"{s}\" is not {s}", .{ name, misfit.member, misfit.wanted }),
        };
    }

    /// Refuses, with a reason that the caller sees: `return call.refuse("{d} are left", .{left})`.
    pub fn refuse(call: *Call, comptime reason: []const u8, values: anytype) error{ Refused, OutOfMemory } {
        call.reason = try std.fmt.allocPrint(call.arena, reason, values);
        return error.Refused;
    }

    /// A JSON Patch: `call.operations(.{.{ .op = "remove", .path = "/lease" }})`.
    pub fn operations(call: *Call, list: anytype) !Answer {
        return .{ .operations = try json.write(call.arena, list) };
    }

    /// A JSON Merge Patch: `call.merge(.{ .added = 1, .removed = null })`.
    pub fn merge(call: *Call, changes: anytype) !Answer {
        return .{ .merge = try json.write(call.arena, changes) };
    }

    /// The whole new document.
    pub fn replace(call: *Call, new: anytype) !Answer {
        return .{ .replace = try json.write(call.arena, new) };
    }
};

/// What came of a call.
pub const Outcome = union(enum) {
    answered: Answer,
    /// The reason.
    refused: []const u8,
};

/// Runs an updater on texts, as the host does: for tests. `arena` is not freed here, so an arena is the thing to pass.
pub fn run(comptime update: fn (*Call) anyerror!Answer, arena: Allocator, current: ?[]const u8, args: []const u8) Outcome {
    var call: Call = .{ .arena = arena, .current = .{ .object = .empty }, .exists = current != null, .arguments = .null };
    return .{ .answered = answer(update, &call, current, args) catch |err| return .{ .refused = switch (err) {
        error.Refused => call.reason,
        // Nothing that was begun is of any use now, the reason's own memory included.
        error.OutOfMemory => @panic("out of memory"),
        else => @errorName(err),
    } } };
}

fn answer(comptime update: fn (*Call) anyerror!Answer, call: *Call, current: ?[]const u8, args: []const u8) !Answer {
    call.arguments = try parse(call, args, "the arguments");
    if (current) |text| call.current = try parse(call, text, "the document");
    return update(call);
}

fn parse(call: *Call, text: []const u8, name: []const u8) !Value {
    return json.parse(call.arena, text) catch |err| switch (err) {
        error.OutOfMemory => err,
        error.NotJson => call.refuse("{s}: not JSON that can be read here, or a name is there twice in one object", .{name}),
        error.TooDeep => call.refuse("{s}: nested deeper than {d} levels", .{ name, json.deepest }),
    };
}

test "errors refuse" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const fails = struct {
        fn update(call: *Call) !Answer {
            return if (call.exists) error.NoSuchLuck else .unchanged;
        }
    }.update;
    try std.testing.expectEqual(.unchanged, run(fails, arena.allocator(), null, "1").answered);
    try std.testing.expectEqualStrings("NoSuchLuck", run(fails, arena.allocator(), "1", "1").refused);
    const reason = run(fails, arena.allocator(), "{", "1").refused;
    try std.testing.expect(std.mem.startsWith(u8, reason, "the document: not JSON"));
}
