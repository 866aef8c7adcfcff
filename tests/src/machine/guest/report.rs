//! The serial port over which the guest reports.

use crate::machine::event::Event;
use anyhow::Context;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;

const PORT: &str = "/dev/ttyS1";

/// The open port.
#[derive(Debug)]
pub(super) struct Report {
    port: File,
}

impl Report {
    pub(super) fn open() -> anyhow::Result<Report> {
        let port = OpenOptions::new().write(true).open(PORT);
        Ok(Report {
            port: port.with_context(|| format!("opening {PORT}"))?,
        })
    }

    pub(super) fn send(&self, event: &Event) -> anyhow::Result<()> {
        let mut line = serde_json::to_string(event)?;
        line.push('\n');
        (&self.port).write_all(line.as_bytes())?;
        // Output that is still in the kernel when the machine is switched off is lost.
        // SAFETY: a number.
        match unsafe { libc::tcdrain(self.port.as_raw_fd()) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error().into()),
        }
    }
}
