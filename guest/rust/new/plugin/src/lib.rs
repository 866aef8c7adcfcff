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

#[cfg(test)]
mod tests {
    use super::update;
    use amend_guest::{Patch, run};

    #[test]
    fn takes_what_is_there() {
        let answer = run(update, Some(r#"{"apples": 5}"#), r#"{"take": 2}"#);
        assert_eq!(answer, Ok(Some(Patch::Replace(r#"{"apples":3}"#.into()))));
    }

    #[test]
    fn refuses_what_is_not() {
        let refusal = run(update, None, r#"{"take": 2}"#).unwrap_err();
        assert_eq!(refusal.reason(), "2 apples were ordered, 0 are left");
    }
}
