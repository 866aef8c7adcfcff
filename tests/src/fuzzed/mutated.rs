//! Bytes that were right once.

use arbitrary::{Result, Unstructured};

/// A few changes of some bytes.
pub(crate) fn bytes(right: &[u8], u: &mut Unstructured<'_>) -> Vec<u8> {
    let mut bytes = right.to_vec();
    let changes = *u.choose(&[1, 1, 1, 2, 5]).unwrap_or(&1);
    // What changes its length is hardly ever a component still.
    let in_place = u.ratio(3, 4).unwrap_or_default();
    for _ in 0..changes {
        if change(&mut bytes, in_place, u).is_err() {
            break;
        }
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, in_place: bool, u: &mut Unstructured<'_>) -> Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let at = u.choose_index(bytes.len())?;
    match u.int_in_range(if in_place { 5..=15 } else { 0..=15 })? {
        0 => bytes.truncate(at),
        1 | 2 => {
            let (from, end) = some(bytes, u)?;
            let piece = bytes[from..end].to_vec();
            bytes.splice(at..at, piece);
        }
        3 | 4 => {
            let (from, end) = some(bytes, u)?;
            bytes.drain(from..end);
        }
        // Lengths, indices and numbers are one byte mostly, and what is near is what hurts.
        5..=8 => bytes[at] = bytes[at].wrapping_add(if u.arbitrary()? { 1 } else { 255 }),
        9 => bytes[at] = *u.choose(&[0, 0x7f, 0x80, 0xff])?,
        _ => bytes[at] ^= 1 << u.int_in_range(0..=7)?,
    }
    Ok(())
}

/// A short piece.
fn some(bytes: &[u8], u: &mut Unstructured<'_>) -> Result<(usize, usize)> {
    let from = u.choose_index(bytes.len())?;
    let long = u.int_in_range(1..=64)?;
    Ok((from, (from + long).min(bytes.len())))
}
