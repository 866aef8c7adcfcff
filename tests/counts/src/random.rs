//! Randomness that is always the same.
//!
//! The standard library's hash maps take their keys from `getrandom(2)`, and with other keys a map looks at other
//! places: the counts of two runs would differ. It asks for the C library's function by its name, and finds the one
//! that stands in the program itself first: this one.

use std::ffi::{c_uint, c_void};

/// In the place of `getrandom(3)`: the same bytes every time.
///
/// # Safety
///
/// `buffer` points to `length` bytes that may be written to.
// SAFETY: nothing else in this program has that name, and it is what the C library declares.
#[unsafe(no_mangle)]
unsafe extern "C" fn getrandom(buffer: *mut c_void, length: usize, _flags: c_uint) -> isize {
    // SAFETY: as the caller promises.
    unsafe { buffer.cast::<u8>().write_bytes(0x5a, length) };
    length.cast_signed()
}
