//! Numbers that fit into a few words of the machine.

/// A number as `mantissa × 10^exponent`, with a mantissa that is no multiple of 10, if neither is large:
/// what is read without asking for memory. Most numbers are.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Small {
    negative: bool,
    mantissa: u64,
    exponent: i64,
}

impl Small {
    const LARGEST_MANTISSA: u64 = 10u64.pow(18);
    const LARGEST_EXPONENT: u64 = 1 << 30;

    /// Of a number as it is written, unless it has too many digits.
    pub(crate) fn read(number: &str) -> Option<Small> {
        let (mut mantissa, mut exponent) = (0u64, 0);
        let mut behind_point = false;
        for (at, byte) in number.bytes().enumerate() {
            match byte {
                b'0'..=b'9' if mantissa < Small::LARGEST_MANTISSA / 10 => {
                    mantissa = mantissa * 10 + u64::from(byte - b'0');
                    exponent -= i64::from(behind_point);
                }
                b'.' => behind_point = true,
                b'-' => {}
                b'e' | b'E' => {
                    exponent += i64::from(number[at + 1..].parse::<i32>().ok()?);
                    break;
                }
                _ => return None,
            }
        }
        Small::of(number.starts_with('-'), mantissa, exponent)
    }

    /// The one with these parts, whatever the mantissa ends in.
    pub(crate) fn of(negative: bool, mut mantissa: u64, mut exponent: i64) -> Option<Small> {
        if mantissa == 0 {
            return Some(Small {
                negative: false,
                mantissa: 0,
                exponent: 0,
            });
        }
        while mantissa.is_multiple_of(10) {
            (mantissa, exponent) = (mantissa / 10, exponent + 1);
        }
        (exponent.unsigned_abs() < Small::LARGEST_EXPONENT).then_some(Small {
            negative,
            mantissa,
            exponent,
        })
    }
}
