//! Takes apples from a stock. The document is `{"apples": 5}`, and the arguments are `{"take": 2}`.

use amend_guest::{Refusal, Value, refuse};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

amend_guest::updater!(update);

/// The document. One that does not exist yet is `{}`.
#[derive(Deserialize, Serialize)]
struct Stock {
    #[serde(default)]
    apples: u64,
    /// Whatever else is in the document. Without this it would be gone after the first update.
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// What the caller says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    take: u64,
}

/// Answers with the new document, or refuses with a reason that the caller sees.
fn update(mut stock: Stock, order: Order) -> Result<Stock, Refusal> {
    let Some(left) = stock.apples.checked_sub(order.take) else {
        refuse!(
            "{} apples were ordered, {} are left",
            order.take,
            stock.apples
        );
    };
    stock.apples = left;
    Ok(stock)
}
