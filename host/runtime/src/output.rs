//! What a guest prints: it goes to the log, line by line, or is kept for the caller; and the last of it goes into
//! the error of a guest that traps, because that is where a language's runtime says why.

use crate::limits::Limits;
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
    bytes_left: usize,
    /// How many lines may still be printed.
    lines_left: usize,
    /// The limit that was exceeded.
    exceeded: Option<Excess>,
    kept: Option<Vec<u8>>,
    line: Vec<u8>,
    tail: VecDeque<u8>,
}

/// What a guest printed too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Excess {
    #[error("the guest printed too many bytes")]
    Bytes,
    #[error("the guest printed too many lines")]
    Lines,
}

impl Output {
    /// Output that goes to the log.
    pub(crate) fn logged(guest: Arc<str>, limits: &Limits) -> Output {
        Output::new(guest, limits.output, limits.lines, None)
    }

    /// Output that is kept for [`Output::kept`].
    pub(crate) fn collected(guest: Arc<str>, limits: &Limits) -> Output {
        Output::new(guest, limits.output, usize::MAX, Some(Vec::new()))
    }

    fn new(guest: Arc<str>, bytes: usize, lines: usize, kept: Option<Vec<u8>>) -> Output {
        let state = State {
            guest,
            bytes_left: bytes,
            lines_left: lines,
            exceeded: None,
            kept,
            line: Vec::new(),
            tail: VecDeque::new(),
        };
        Output {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// What the guest printed more of than it may.
    pub(crate) fn exceeded(&self) -> Option<Excess> {
        self.lock().exceeded
    }

    /// What was kept.
    pub(crate) fn kept(&self) -> Vec<u8> {
        self.lock().kept.take().unwrap_or_default()
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

    fn print(&self, bytes: &[u8]) -> Result<(), Excess> {
        let mut state = self.lock();
        let printed = state.print(bytes);
        state.exceeded = state.exceeded.or(printed.err());
        printed
    }
}

impl State {
    fn print(&mut self, bytes: &[u8]) -> Result<(), Excess> {
        self.bytes_left = (self.bytes_left.checked_sub(bytes.len())).ok_or(Excess::Bytes)?;
        let from = bytes.len().saturating_sub(TAIL_MAX);
        self.tail.extend(bytes.get(from..).unwrap_or_default());
        let over = self.tail.len().saturating_sub(TAIL_MAX);
        self.tail.drain(..over);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
            return Ok(());
        }
        for &byte in bytes {
            if byte == b'\n' || self.line.len() == LINE_MAX {
                self.lines_left = self.lines_left.checked_sub(1).ok_or(Excess::Lines)?;
                self.end_line();
            }
            if byte != b'\n' {
                self.line.push(byte);
            }
        }
        Ok(())
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
        let output = Output::new("test".into(), usize::MAX, usize::MAX, None);
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
        let output = Output::new("test".into(), 10, usize::MAX, None);
        assert!(output.clone().print(b"0123456789").is_ok());
        assert_eq!(output.exceeded(), None);
        assert!(output.clone().print(b"x").is_err());
        assert_eq!(output.exceeded(), Some(Excess::Bytes));
    }

    #[test]
    fn lines_are_counted_and_a_long_one_counts_as_several() {
        let output = Output::new("test".into(), usize::MAX, 2, None);
        assert!(output.print(b"one\ntwo\n").is_ok());
        assert!(output.print(b"three\n").is_err());
        assert_eq!(output.exceeded(), Some(Excess::Lines));
        let output = Output::new("test".into(), usize::MAX, 2, None);
        assert!(output.print(&[b'x'; 2 * LINE_MAX]).is_ok());
        assert!(output.print(&[b'x'; 2 * LINE_MAX]).is_err());
    }

    #[test]
    fn what_is_kept_is_kept_byte_for_byte() {
        let output = Output::new("test".into(), 8, 1, Some(Vec::new()));
        assert!(output.print(b"a\n\xffb").is_ok());
        assert!(output.print(b"\n\n\n").is_ok());
        assert!(output.print(b"xx").is_err());
        assert_eq!(output.kept(), b"a\n\xffb\n\n\n");
    }
}
