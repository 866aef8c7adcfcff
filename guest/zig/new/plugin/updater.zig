//! {{name}} takes apples out of stock: {"take": 2}. Refuses when there are not as many.

const std = @import("std");
const amend = @import("amend");

comptime {
    amend.updater(update);
}

fn update(call: *amend.Call) !amend.Answer {
    const stock = try call.document(struct { apples: u32 = 0 });
    const order = try call.args(struct { take: u32 = 1 });
    const left = std.math.sub(u32, stock.apples, order.take) catch
        return call.refuse("{d} apples were ordered, {d} are left", .{ order.take, stock.apples });
    return call.merge(.{ .apples = left });
}

test update {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const sold = amend.run(update, arena.allocator(), "{\"apples\": 5}", "{\"take\": 2}");
    try std.testing.expectEqualStrings("{\"apples\":3}", sold.answered.merge);
    const sold_out = amend.run(update, arena.allocator(), null, "{}");
    try std.testing.expectEqualStrings("1 apples were ordered, 0 are left", sold_out.refused);
}
