//! Going over bytes that mean nothing, eight at a time.

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

#[inline]
fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    let slice = bytes.get(at..at + 8)?;
    Some(u64::from_le_bytes(slice.try_into().ok()?))
}

/// Where the white space that starts at `at` ends. Pretty documents are mostly indentation, so that goes
/// eight bytes at a time.
#[inline]
pub(crate) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
        while let Some(word) = eight(bytes, at) {
            let spaces = (word ^ (ONES * b' ' as u64)).trailing_zeros() / 8;
            at += spaces as usize;
            if spaces < 8 {
                break;
            }
        }
    }
}

/// Where, from `at` on, the next byte stands that a string cannot simply contain: a quote, a backslash
/// or a control character.
#[inline]
pub(crate) fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    // A byte of `word` is zero exactly where `word - ONES` borrows into its high bit (the classic trick;
    // it may mark too much behind the first hit, never before it). Bytes of 0x80 and more are plain.
    while let Some(word) = eight(bytes, at) {
        let quote = word ^ (ONES * b'"' as u64);
        let backslash = word ^ (ONES * b'\\' as u64);
        let hits = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let hits = hits & HIGHS;
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes
        .get(at)
        .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20))
    {
        at += 1;
    }
    at
}
