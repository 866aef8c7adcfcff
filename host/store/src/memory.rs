//! Memory for large documents.

/// Asks for large pages for what a buffer has room for. The first touch of each page costs a fault, and in
/// pages of 4 KiB those are most of what reading a large file takes. It is a hint: it changes no contents, and
/// where the system does not take it, nothing is lost.
pub(crate) fn prefer_large_pages(buffer: &mut Vec<u8>) {
    const LARGE_PAGE: usize = 2 << 20;
    let room = buffer.spare_capacity_mut().as_mut_ptr_range();
    let start = room.start.cast::<u8>();
    let padding = start.align_offset(LARGE_PAGE);
    let len = (room.end.addr() - start.addr()).saturating_sub(padding) / LARGE_PAGE * LARGE_PAGE;
    if len == 0 {
        return;
    }
    #[cfg(target_os = "linux")]
    // SAFETY: the range lies in the buffer's own memory, which is borrowed mutably, and this advice does not
    // change what is in it.
    unsafe {
        let _ = rustix::mm::madvise(
            start.wrapping_add(padding).cast(),
            len,
            rustix::mm::Advice::LinuxHugepage,
        );
    }
}
