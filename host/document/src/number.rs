//! Are two numbers the same number? Exactly, whatever their size.

use std::hash::{Hash, Hasher};

use crate::small::Small;

/// Whether two JSON numbers (RFC 8259 section 6) are numerically equal, which is how RFC 6902 section
/// 4.6 compares them. Nothing is rounded: they are compared as decimals.
pub(crate) fn equal(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (Small::read(a), Small::read(b)) {
        (Some(a), Some(b)) => a == b,
        _ => Decimal::of(a) == Decimal::of(b),
    }
}

/// Feeds a hasher with a number, alike for all of its spellings.
pub(crate) fn hash(number: &str, hasher: &mut impl Hasher) {
    match Small::read(number) {
        Some(small) => small.hash(hasher),
        None => {
            let decimal = Decimal::of(number);
            match decimal.small() {
                Some(small) => small.hash(hasher),
                None => decimal.hash(hasher),
            }
        }
    }
}

/// A number as `0.d₁d₂d₃… × 10^exponent` with d₁ and the last digit not zero: written so, two numbers
/// are equal exactly when their parts are. Zero has no digits, no sign and the exponent 0.
#[derive(PartialEq, Eq, Hash)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: Exponent,
}

impl Decimal {
    fn of(number: &str) -> Decimal {
        let (negative, number) = match number.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, number),
        };
        let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole.as_bytes(), fraction.as_bytes()].concat();
        let Some(first) = all.iter().position(|&digit| digit != b'0') else {
            return Decimal {
                negative: false,
                digits: Vec::new(),
                exponent: Exponent::small(0),
            };
        };
        let last = all
            .iter()
            .rposition(|&digit| digit != b'0')
            .unwrap_or(first);
        let shift = whole.len() as i128 - first as i128;
        Decimal {
            negative,
            digits: all[first..=last].to_vec(),
            exponent: Exponent::of(exponent, shift),
        }
    }

    fn small(&self) -> Option<Small> {
        let number = |digits: &[u8]| str::from_utf8(digits).ok()?.parse::<i64>().ok();
        let mantissa = match &self.digits[..] {
            [] => 0,
            digits if digits.len() <= 18 => number(digits)?,
            _ => return None,
        };
        let exponent = number(&self.exponent.digits)?;
        let exponent = if self.exponent.negative {
            -exponent
        } else {
            exponent
        };
        let exponent = exponent.checked_sub(self.digits.len() as i64)?;
        Small::of(self.negative, mantissa as u64, exponent)
    }
}

/// An integer of any size: sign and decimal digits. RFC 8259 bounds neither the number of digits of a
/// number nor that of its exponent.
#[derive(PartialEq, Eq, Hash)]
struct Exponent {
    negative: bool,
    digits: Vec<u8>,
}

impl Exponent {
    fn small(value: i128) -> Exponent {
        Exponent {
            negative: value < 0,
            digits: value.unsigned_abs().to_string().into_bytes(),
        }
    }

    /// The integer that is written, plus `shift`.
    fn of(written: &str, shift: i128) -> Exponent {
        let negative = written.starts_with('-');
        let digits = written
            .trim_start_matches(['+', '-'])
            .trim_start_matches('0');
        // 36 digits leave room for any `shift`, which is as long as a text at most.
        if digits.len() <= 36 {
            let magnitude = digits.parse::<i128>().unwrap_or(0);
            return Exponent::small(if negative {
                shift - magnitude
            } else {
                shift + magnitude
            });
        }
        // A shift can be no bigger than a number this long, so the sign stays.
        let shift = if negative { -shift } else { shift };
        Exponent {
            negative,
            digits: add(digits.as_bytes(), shift),
        }
    }
}

/// Long addition of a small integer to a big positive one, in decimal.
fn add(digits: &[u8], shift: i128) -> Vec<u8> {
    let mut carry = shift;
    let mut out = Vec::with_capacity(digits.len() + 1);
    for digit in digits.iter().rev() {
        let sum = carry + i128::from(digit - b'0');
        out.push(b'0' + sum.rem_euclid(10) as u8);
        carry = sum.div_euclid(10);
    }
    while carry > 0 {
        out.push(b'0' + (carry % 10) as u8);
        carry /= 10;
    }
    while out.last() == Some(&b'0') {
        out.pop();
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hasher};

    use super::equal;

    fn hash(number: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        super::hash(number, &mut hasher);
        hasher.finish()
    }

    #[test]
    fn spellings_of_one_number_are_equal() {
        for spellings in [
            &["1", "1.0", "1e0", "10e-1", "0.1E+1", "1.000e00", "0.0001e4"][..],
            &[
                "0",
                "-0",
                "0.0",
                "0e5",
                "-0e-5",
                "0e99999999999999999999999999999999999999999999",
            ],
            &["18446744073709551617", "1.8446744073709551617e19"],
            &["1e400", "10e399", "0.1e401"],
            &["-1.5", "-15e-1"],
            &["1200", "12e2", "1200.00000000000000000000000000000000"],
            &["999999999999999999", "9999999999999999990e-1"],
            &["1e1073741824", "10e1073741823", "1.0e+01073741824"],
            &["1e-9223372036854775807", "0.1e-9223372036854775806"],
            &[
                "1e1000000000000000000000000000000000000000000",
                "10e999999999999999999999999999999999999999999",
                "0.01e1000000000000000000000000000000000000000002",
            ],
            &[
                "1e-1000000000000000000000000000000000000000000",
                "0.1e-999999999999999999999999999999999999999999",
                "100e-1000000000000000000000000000000000000000002",
            ],
        ] {
            for a in spellings {
                for b in spellings {
                    assert!(equal(a, b), "{a} and {b}");
                    assert_eq!(hash(a), hash(b), "{a} and {b}");
                }
            }
        }
    }

    #[test]
    fn numbers_that_a_double_confuses_differ() {
        for (a, b) in [
            ("18446744073709551617", "18446744073709551616"),
            ("9007199254740993", "9007199254740992"),
            ("0.1", "0.1000000000000000055511151231257827"),
            ("1e400", "1e401"),
            ("1", "-1"),
            (
                "1e99999999999999999999999999999999999999999",
                "1e-99999999999999999999999999999999999999999",
            ),
        ] {
            assert!(!equal(a, b), "{a} and {b}");
            assert_ne!(hash(a), hash(b), "{a} and {b}");
        }
    }
}
