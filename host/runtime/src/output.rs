//! What a guest prints: it goes to the log, line by line, and the last of it into the error of a guest that
//! traps, because that is where a language's runtime says why.

use bytes::Bytes;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use tracing::info;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

/// The longest line that is logged in one piece.
const LINE_MAX: usize = 4096;

/// How much of what was printed last is kept for an error.
const TAIL_MAX: usize = 2048;

/// Where a guest's standard output and standard error go. Clones share one budget.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    guest: Arc<str>,
    /// How many bytes may still be printed.
    left: usize,
    /// Whether more was printed than that.
    exceeded: bool,
    line: Vec<u8>,
    tail: VecDeque<u8>,
}

impl Output {
    pub(crate) fn new(guest: Arc<str>, limit: usize) -> Output {
        let state = State {
            guest,
            left: limit,
            exceeded: false,
            line: Vec::new(),
            tail: VecDeque::new(),
        };
        Output {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Whether the guest printed more than it may.
    pub(crate) fn exceeded(&self) -> bool {
        self.lock().exceeded
    }

    /// Logs a last line that has no end, and gives back the end of what was printed.
    pub(crate) fn finish(&self) -> String {
        let mut state = self.lock();
        state.end_line();
        String::from_utf8_lossy(state.tail.make_contiguous())
            .trim()
            .to_owned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here can panic half-way; a poisoned lock is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn print(&self, bytes: &[u8]) -> Result<(), Exceeded> {
        let mut state = self.lock();
        let Some(left) = state.left.checked_sub(bytes.len()) else {
            state.exceeded = true;
            return Err(Exceeded);
        };
        state.left = left;
        state.print(bytes);
        Ok(())
    }
}

impl State {
    fn print(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' || self.line.len() == LINE_MAX {
                self.end_line();
            }
            if byte != b'\n' {
                self.line.push(byte);
            }
        }
        let kept = &bytes[bytes.len().saturating_sub(TAIL_MAX)..];
        self.tail.extend(kept);
        let over = self.tail.len().saturating_sub(TAIL_MAX);
        self.tail.drain(..over);
    }

    fn end_line(&mut self) {
        if !self.line.is_empty() {
            // Escaped: what a guest prints must not steer the terminal of who reads the log.
            let line = String::from_utf8_lossy(&self.line);
            info!(target: "amend::guest", guest = &*self.guest, "{}", line.trim_end().escape_debug());
            self.line.clear();
        }
    }
}

/// The guest printed more than it may.
#[derive(Debug, thiserror::Error)]
#[error("the guest printed too much")]
struct Exceeded;

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

#[async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {}
}

impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.print(&bytes)
            .map_err(|error| StreamError::Trap(error.into()))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 * 1024)
    }
}

impl AsyncWrite for Output {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Poll::Ready(
            self.print(bytes)
                .map(|()| bytes.len())
                .map_err(std::io::Error::other),
        )
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_what_was_printed_is_kept() {
        let output = Output::new("test".into(), usize::MAX);
        for line in 0..10_000 {
            output.print(format!("line {line}\n").as_bytes()).unwrap();
        }
        let tail = output.finish();
        assert!(
            tail.len() <= TAIL_MAX && tail.ends_with("line 9999"),
            "{tail}"
        );
    }

    #[test]
    fn printing_more_than_the_limit_is_an_error_and_is_remembered() {
        let output = Output::new("test".into(), 10);
        assert!(output.clone().print(b"0123456789").is_ok());
        assert!(!output.exceeded());
        assert!(output.clone().print(b"x").is_err());
        assert!(output.exceeded());
    }
}
