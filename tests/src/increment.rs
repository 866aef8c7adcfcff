//! The closure that does what the counter does.

use amend_store::Patch;

/// Adds one to `/count`.
///
/// # Errors
///
/// When the document is not JSON.
pub fn increment(
    current: Option<&str>,
) -> Result<Option<Patch>, Box<dyn std::error::Error + Send + Sync>> {
    let state: serde_json::Value = serde_json::from_str(current.unwrap_or("{}"))?;
    let count = state["count"].as_u64().unwrap_or(0) + 1;
    Ok(Some(Patch::merge(format!(r#"{{"count": {count}}}"#))?))
}
