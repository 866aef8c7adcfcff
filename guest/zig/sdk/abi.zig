//! How the host calls: the canonical ABI of `updater.update`, by hand.
//!
//! It is one function on strings, which needs no generated bindings. `wasm-tools component new` holds the signature
//! against the WIT, and the examples' cases hold the rest.

const std = @import("std");
const calling = @import("call.zig");
const Answer = @import("answer.zig").Answer;

/// All memory of a call: what the host puts in, what the updater makes, and what it answers. Given back when the host
/// has read the answer.
var arena: std.heap.ArenaAllocator = .init(std.heap.wasm_allocator);

/// `result<option<patch>, string>` as it lies in memory: five words of which a string takes two.
var area: [5]usize = undefined;

pub fn exported(comptime update: fn (*calling.Call) anyerror!Answer) void {
    const name = "amend:document/updater@0.1.0#update";
    const functions = struct {
        fn call(exists: i32, current: [*]const u8, current_length: usize, args: [*]const u8, args_length: usize) callconv(.c) *[5]usize {
            const document = if (exists != 0) current[0..current_length] else null;
            area = lowered(calling.run(update, arena.allocator(), document, args[0..args_length]));
            return &area;
        }

        fn afterwards(_: *[5]usize) callconv(.c) void {
            _ = arena.reset(.retain_capacity);
        }

        fn allocate(old: [*]u8, old_length: usize, alignment: usize, length: usize) callconv(.c) [*]u8 {
            if (length == 0) return @ptrFromInt(alignment);
            const memory = arena.allocator().rawAlloc(length, .fromByteUnits(alignment), @returnAddress()) orelse
                @panic("out of memory");
            @memcpy(memory, old[0..@min(old_length, length)]);
            return memory;
        }
    };
    @export(&functions.call, .{ .name = name });
    @export(&functions.afterwards, .{ .name = "cabi_post_" ++ name });
    @export(&functions.allocate, .{ .name = "cabi_realloc" });
}

fn lowered(outcome: calling.Outcome) [5]usize {
    const tag: usize, const text = switch (outcome) {
        .refused => |reason| return .{ 1, @intFromPtr(reason.ptr), reason.len, 0, 0 },
        .answered => |answer| switch (answer) {
            .unchanged => return .{ 0, 0, 0, 0, 0 },
            .operations => |text| .{ 0, text },
            .merge => |text| .{ 1, text },
            .replace => |text| .{ 2, text },
        },
    };
    return .{ 0, 1, tag, @intFromPtr(text.ptr), text.len };
}
