//! Saying no.

use std::fmt::Display;

/// An updater's "no", with the reason that the caller gets to see. The document stays as it is.
///
/// Everything that can be displayed becomes a refusal, so `?` works on the errors of other libraries, on
/// strings and on `&str`:
///
/// ```
/// use amend_guest::Refusal;
///
/// fn port(text: Option<&str>) -> Result<u16, Refusal> {
///     Ok(text.ok_or("there is no port")?.parse()?)
/// }
///
/// assert_eq!(port(Some("80")), Ok(80));
/// assert_eq!(port(None).unwrap_err().reason(), "there is no port");
/// assert_eq!(port(Some("http")).unwrap_err().reason(), "invalid digit found in string");
/// ```
// It must not implement `Display` itself: that would make the conversion below collide with the standard
// library's conversion of every type into itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    reason: String,
}

impl Refusal {
    /// Why the updater refused.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl<T: Display> From<T> for Refusal {
    fn from(reason: T) -> Self {
        Refusal {
            reason: reason.to_string(),
        }
    }
}

/// Returns a [`Refusal`] from the function it stands in. Takes what [`format!`] takes.
///
/// ```
/// use amend_guest::{Refusal, refuse};
///
/// fn checked(count: i64) -> Result<i64, Refusal> {
///     if count < 0 {
///         refuse!("a count of {count} makes no sense");
///     }
///     Ok(count)
/// }
///
/// assert_eq!(checked(-1).unwrap_err().reason(), "a count of -1 makes no sense");
/// ```
#[macro_export]
macro_rules! refuse {
    ($($reason:tt)*) => {
        return ::core::result::Result::Err($crate::Refusal::from(::std::format!($($reason)*)))
    };
}
