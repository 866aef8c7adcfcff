//! The standard streams of a program that are passed through to this process's own.

use std::sync::Arc;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{AsyncStdoutStream, IsTerminal, StdoutStream};
use wasmtime_wasi::p2::OutputStream;

/// How much a program may be ahead of who reads its output.
const AHEAD: usize = 64 << 10;

/// An output of this process, for a guest to print to.
///
/// wasmtime-wasi's own would block the thread when the other end of a pipe does not read, and no limit on time would
/// reach the guest then. Here it waits where it can be stopped.
#[derive(Clone)]
pub(crate) struct Passed {
    stream: Arc<AsyncStdoutStream>,
    is_terminal: bool,
}

impl Passed {
    /// This process's standard output. Only inside of a tokio runtime.
    pub(crate) fn stdout() -> Passed {
        Passed::new(tokio::io::stdout())
    }

    /// This process's standard error. Only inside of a tokio runtime.
    pub(crate) fn stderr() -> Passed {
        Passed::new(tokio::io::stderr())
    }

    fn new(output: impl AsyncWrite + IsTerminal + Send + Sync + 'static) -> Passed {
        Passed {
            is_terminal: output.is_terminal(),
            stream: Arc::new(AsyncStdoutStream::new(AHEAD, output)),
        }
    }

    /// Waits until all that was printed is out.
    pub(crate) async fn drain(&self) {
        let mut stream = self.stream.p2_stream();
        // One flush may be under way, and then the next begins behind it.
        stream.ready().await;
        if stream.flush().is_ok() {
            stream.ready().await;
        }
    }
}

impl IsTerminal for Passed {
    fn is_terminal(&self) -> bool {
        self.is_terminal
    }
}

impl StdoutStream for Passed {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        self.stream.p2_stream()
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        self.stream.async_stream()
    }
}
