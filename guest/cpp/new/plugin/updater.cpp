// {{name}} takes apples out of stock: {"take": 2}. Refuses when there are not as many.

#include "amend.hpp"

amend::Answer update(amend::Value document, amend::Value args) {
    auto stock = AMEND_TRY(document.object());
    auto apples = AMEND_TRY(stock.get<std::int64_t>("apples", 0));
    auto take = AMEND_TRY(AMEND_TRY(args.only({"take"})).get<std::int64_t>("take", 1));
    if (take < 0 || take > apples) {
        return amend::refuse(std::to_string(take) + " apples were ordered, " + std::to_string(apples) + " are left");
    }
    stock.set("apples", apples - take);
    return amend::replace(document);
}
