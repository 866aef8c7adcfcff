//! Commands that are run and must succeed, and servers that must not outlive the command.

use anyhow::{Context, bail};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

/// Runs a command. Returns its output, or an error with its messages.
pub(super) fn output(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let output = command
        .output()
        .with_context(|| format!("starting {command:?}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    bail!("{command:?}: {}: {}", output.status, said.trim())
}

/// A process that ends with this one.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) child: Child,
}

impl Running {
    pub(super) fn start(command: &mut Command) -> anyhow::Result<Running> {
        // A group of its own: some servers start a process for each connection.
        command.process_group(0);
        // SAFETY: between fork and exec there is one system call, and no allocation.
        unsafe {
            command.pre_exec(|| {
                // However this process ends, also by a signal of its own.
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
                Ok(())
            });
        }
        let child = command
            .spawn()
            .with_context(|| format!("starting {command:?}"))?;
        Ok(Running { child })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = self.child.id().cast_signed();
        // SAFETY: two numbers. The child was not waited for, or its group is gone and the call fails.
        unsafe { libc::kill(-group, libc::SIGKILL) };
        // It is a child of this process, and has just been killed.
        self.child.wait().ok();
    }
}
