//! Interrupting a system call in a thread of ours.
//!
//! A signal is the only way to end a wait in `flock(2)`. It is `SIGURG`, as the Go runtime uses for the same purpose: by
//! default a process ignores it, so one too many does nothing. It is sent to a thread of this crate, never to another.

#[cfg(target_os = "linux")]
pub(crate) use linux::Interruptible;
#[cfg(not(target_os = "linux"))]
pub(crate) use none::Interruptible;

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::Once;
    use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

    const SIGNAL: libc::c_int = libc::SIGURG;

    /// A thread that may be in a system call, and that another thread may interrupt.
    #[derive(Debug, Default)]
    pub(crate) struct Interruptible {
        /// Its kernel thread ID while it may be interrupted, else 0.
        thread: AtomicI32,
        is_interrupted: AtomicBool,
    }

    impl Interruptible {
        /// The calling thread may be interrupted from here on.
        pub(crate) fn enter(&self) {
            handle_signal();
            unblock_signal();
            // SAFETY: the call takes no arguments and does not fail.
            let thread = unsafe { libc::gettid() };
            self.thread.store(thread, Ordering::SeqCst);
        }

        /// The calling thread is no longer interrupted.
        pub(crate) fn leave(&self) {
            self.thread.store(0, Ordering::SeqCst);
        }

        pub(crate) fn is_interrupted(&self) -> bool {
            self.is_interrupted.load(Ordering::SeqCst)
        }

        /// Interrupts the system call that the thread is in, if it is in one.
        pub(crate) fn interrupt(&self) {
            self.is_interrupted.store(true, Ordering::SeqCst);
            let thread = self.thread.load(Ordering::SeqCst);
            if thread != 0 {
                // SAFETY: the call takes no memory. A thread that has ended by now, or another that has its number, is
                // in this process, and the signal does nothing to it.
                unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), thread, SIGNAL) };
            }
        }
    }

    extern "C" fn do_nothing(_: libc::c_int) {}

    /// Gives the signal a handler that does nothing and does not restart system calls. A handler of the process's own
    /// is kept.
    fn handle_signal() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            // SAFETY: both structures are plain data, for which zeros are valid, and live across the calls. The
            // handler does nothing, so it may run at any time.
            unsafe {
                let mut now: libc::sigaction = std::mem::zeroed();
                if libc::sigaction(SIGNAL, std::ptr::null(), &raw mut now) != 0
                    || ![libc::SIG_DFL, libc::SIG_IGN].contains(&now.sa_sigaction)
                {
                    return;
                }
                let mut ours: libc::sigaction = std::mem::zeroed();
                ours.sa_sigaction = do_nothing as extern "C" fn(libc::c_int) as usize;
                libc::sigaction(SIGNAL, &raw const ours, std::ptr::null_mut());
            }
        });
    }

    /// A thread inherits the signals that its creator has blocked.
    fn unblock_signal() {
        // SAFETY: the set is plain data, initialised by `sigemptyset`, and lives across the calls.
        unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&raw mut set);
            libc::sigaddset(&raw mut set, SIGNAL);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const set, std::ptr::null_mut());
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod none {
    /// A thread that cannot be interrupted here: a wait that is over stays behind until the lock is free.
    #[derive(Debug, Default)]
    pub(crate) struct Interruptible;

    impl Interruptible {
        pub(crate) fn enter(&self) {}
        pub(crate) fn leave(&self) {}
        pub(crate) fn is_interrupted(&self) -> bool {
            false
        }
        pub(crate) fn interrupt(&self) {}
    }
}
