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
///
/// It is made of slices of the text, so that to compare two numbers takes no memory, however long they are.
struct Decimal<'n> {
    negative: bool,
    /// The digits, on the two sides of the decimal point.
    digits: [&'n [u8]; 2],
    exponent: Exponent<'n>,
}

impl<'n> Decimal<'n> {
    fn of(number: &'n str) -> Decimal<'n> {
        let (negative, number) = match number.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let mantissa_end = memchr::memchr2(b'e', b'E', number);
        let (mantissa, exponent) = match mantissa_end {
            Some(at) => (&number[..at], &number[at + 1..]),
            None => (number, &b"0"[..]),
        };
        let point = memchr::memchr(b'.', mantissa);
        let (whole, fraction) = match point {
            Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
            None => (mantissa, &b""[..]),
        };
        let (mut left, mut right) = (without_first_zeros(whole), fraction);
        if left.is_empty() {
            right = without_first_zeros(fraction);
        }
        let first = whole.len() + fraction.len() - left.len() - right.len();
        right = without_last_zeros(right);
        if right.is_empty() {
            left = without_last_zeros(left);
        }
        if left.is_empty() && right.is_empty() {
            return Decimal {
                negative: false,
                digits: [b"", b""],
                exponent: Exponent::small(0),
            };
        }
        let shift = whole.len() as i128 - first as i128;
        Decimal {
            negative,
            digits: [left, right],
            exponent: Exponent::of(exponent, shift),
        }
    }

    fn len(&self) -> usize {
        self.digits[0].len() + self.digits[1].len()
    }

    fn small(&self) -> Option<Small> {
        if self.len() > 18 {
            return None;
        }
        let digits = self.digits.into_iter().flatten();
        let mantissa = digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        let exponent = self.exponent.value()?.checked_sub(self.len() as i64)?;
        Small::of(self.negative, mantissa, exponent)
    }
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.negative != other.negative || self.len() != other.len() {
            return false;
        }
        let ([one, one_behind], [two, two_behind]) = (self.digits, other.digits);
        // The decimal points are at different places: what is between them is compared with what is at its place.
        let (one, one_behind, two, two_behind) = if one.len() <= two.len() {
            (one, one_behind, two, two_behind)
        } else {
            (two, two_behind, one, one_behind)
        };
        let (two, between) = two.split_at(one.len());
        let (one_between, one_behind) = one_behind.split_at(between.len());
        one == two
            && one_between == between
            && one_behind == two_behind
            && self.exponent == other.exponent
    }
}

impl Hash for Decimal<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.negative.hash(hasher);
        let digits = self.digits.into_iter().flatten();
        hash_all(digits.copied(), hasher);
        self.exponent.hash(hasher);
    }
}

/// Blocks of zeros are skipped first: a number can have millions of them, and is gone over in one step.
const ZEROS: [u8; 64] = [b'0'; 64];

fn without_first_zeros(digits: &[u8]) -> &[u8] {
    let blocks = digits.chunks_exact(ZEROS.len());
    let zeros = blocks.take_while(|block| **block == ZEROS).count();
    let digits = &digits[zeros * ZEROS.len()..];
    let first = digits.iter().position(|&digit| digit != b'0');
    &digits[first.unwrap_or(digits.len())..]
}

fn without_last_zeros(digits: &[u8]) -> &[u8] {
    let blocks = digits.rchunks_exact(ZEROS.len());
    let zeros = blocks.take_while(|block| **block == ZEROS).count();
    let digits = &digits[..digits.len() - zeros * ZEROS.len()];
    let last = digits.iter().rposition(|&digit| digit != b'0');
    &digits[..last.map_or(0, |last| last + 1)]
}

/// In blocks: a hasher takes them faster, and may tell apart how bytes are cut into pieces.
fn hash_all(bytes: impl Iterator<Item = u8>, hasher: &mut impl Hasher) {
    let mut block = [0; 64];
    let mut len = 0;
    for byte in bytes {
        block[len] = byte;
        len += 1;
        if len == block.len() {
            hasher.write(&block);
            len = 0;
        }
    }
    hasher.write(&block[..len]);
    hasher.write_usize(len);
}

/// An integer of any size: a sign, and decimal digits with a smaller integer added to them. RFC 8259 bounds neither
/// the number of digits of a number nor that of its exponent.
struct Exponent<'n> {
    negative: bool,
    /// More than 36 of them, or none.
    digits: &'n [u8],
    shift: i128,
}

impl<'n> Exponent<'n> {
    fn small(value: i128) -> Exponent<'n> {
        Exponent {
            negative: value < 0,
            digits: b"",
            shift: value.abs(),
        }
    }

    /// The integer that is written, plus `shift`.
    fn of(written: &'n [u8], shift: i128) -> Exponent<'n> {
        let (negative, digits) = match written {
            [b'-', digits @ ..] => (true, digits),
            [b'+', digits @ ..] | digits => (false, digits),
        };
        let digits = without_first_zeros(digits);
        // 36 digits leave room for any `shift`, which is as long as a text at most.
        if digits.len() <= 36 {
            let digits = digits.iter();
            let magnitude = digits.fold(0, |number, digit| number * 10 + i128::from(digit - b'0'));
            return Exponent::small(if negative {
                shift - magnitude
            } else {
                shift + magnitude
            });
        }
        // A shift can be no bigger than a number this long, so the sign stays.
        Exponent {
            negative,
            digits,
            shift: if negative { -shift } else { shift },
        }
    }

    fn value(&self) -> Option<i64> {
        if !self.digits.is_empty() {
            return None;
        }
        let magnitude = i64::try_from(self.shift).ok()?;
        Some(if self.negative { -magnitude } else { magnitude })
    }

    /// The digits of the sum, from the last to the first, perhaps with zeros behind them: long addition.
    fn sum(&self) -> impl Iterator<Item = u8> {
        let mut carry = self.shift;
        let mut rest = self.digits.iter().rev();
        std::iter::from_fn(move || {
            let digit = match rest.next() {
                Some(digit) => digit - b'0',
                None if carry == 0 => return None,
                None => 0,
            };
            // To divide a wide number takes long. There are at most forty of those.
            if let Ok(small) = i16::try_from(carry) {
                let sum = i32::from(small) + i32::from(digit);
                carry = i128::from(sum.div_euclid(10));
                Some(sum.rem_euclid(10) as u8)
            } else {
                let sum = carry + i128::from(digit);
                carry = sum.div_euclid(10);
                Some(sum.rem_euclid(10) as u8)
            }
        })
    }
}

impl PartialEq for Exponent<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.negative != other.negative {
            return false;
        }
        let (mut one, mut two) = (self.sum(), other.sum());
        loop {
            match (one.next(), two.next()) {
                (None, None) => return true,
                (x, y) if x.unwrap_or(0) != y.unwrap_or(0) => return false,
                _ => {}
            }
        }
    }
}

impl Hash for Exponent<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.negative.hash(hasher);
        // Zeros count only when a digit follows them.
        let mut zeros = 0;
        let mut digits = self.sum();
        let mut next = None;
        let canonical = std::iter::from_fn(|| {
            loop {
                if zeros > 0 && next.is_some() {
                    zeros -= 1;
                    return Some(0);
                }
                if let Some(digit) = next.take() {
                    return Some(digit);
                }
                match digits.next()? {
                    0 => zeros += 1,
                    digit => next = Some(digit),
                }
            }
        });
        hash_all(canonical, hasher);
    }
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

    /// Zeros are skipped in blocks.
    #[test]
    fn any_number_of_zeros_is_skipped() {
        for count in (0..10).chain(60..70).chain(124..132) {
            let zeros = "0".repeat(count);
            let spellings = [
                format!("12e{count}"),
                format!("12{zeros}"),
                format!("12{zeros}.{zeros}"),
                format!("0.{zeros}12{zeros}e{}", 2 * count + 2),
            ];
            for a in &spellings {
                for b in &spellings {
                    assert!(equal(a, b), "{a} and {b}");
                    assert_eq!(hash(a), hash(b), "{a} and {b}");
                }
                assert!(!equal(a, &format!("12{zeros}0")), "{a}");
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
