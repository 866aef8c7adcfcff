//! Sorting a list of any length in steps that are counted.

use crate::meter::{Exceeded, MOVE, Meter, bytes_of};

/// So many elements are sorted in one step.
const STEP: usize = 4 << 10;

/// Sorts a list, which needs as much memory again when it is long.
pub(crate) fn sort<T: Ord + Copy>(list: &mut Vec<T>, meter: &Meter) -> Result<(), Exceeded> {
    for part in list.chunks_mut(STEP) {
        let levels = u64::from(part.len().ilog2()) + 1;
        meter.work(MOVE * levels * part.len() as u64)?;
        part.sort_unstable();
    }
    if list.len() <= STEP {
        return Ok(());
    }
    let mut merged = Vec::new();
    meter.reserve(&mut merged, list.len())?;
    let mut width = STEP;
    while width < list.len() {
        for two in list.chunks(2 * width) {
            let (one, other) = two.split_at(width.min(two.len()));
            merge(one, other, &mut merged, meter)?;
        }
        std::mem::swap(list, &mut merged);
        merged.clear();
        width *= 2;
    }
    meter.release(bytes_of::<T>(merged.capacity()));
    Ok(())
}

fn merge<T: Ord + Copy>(
    one: &[T],
    other: &[T],
    to: &mut Vec<T>,
    meter: &Meter,
) -> Result<(), Exceeded> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    while let Some(least) = match (one.peek(), other.peek()) {
        (Some(x), Some(y)) if y < x => other.next(),
        (Some(_), _) => one.next(),
        _ => other.next(),
    } {
        meter.work(MOVE)?;
        to.push(*least);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{STEP, sort};
    use crate::meter::Meter;

    #[test]
    fn long_lists_are_sorted_like_short_ones() {
        for len in [0, 1, STEP, STEP + 1, 5 * STEP + 7] {
            let scattered = |at: usize| at.wrapping_mul(2_654_435_761) % 10_007;
            let mut list: Vec<usize> = (0..len).map(scattered).collect();
            let mut expected = list.clone();
            expected.sort_unstable();
            sort(&mut list, &Meter::unlimited()).unwrap();
            assert_eq!(list, expected);
        }
    }
}
