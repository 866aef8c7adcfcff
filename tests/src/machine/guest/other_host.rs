//! Another host in the same machine: a thread with a network card and a host name of its own.
//!
//! All mounts of one host are one client to an NFS server, and share a connection to an SMB server. What one of them has
//! locked, the server may grant to the other. So a second client has to be another host to the server.

use crate::machine::guest::mounting;
use crate::machine::mounts::Client;
use anyhow::{Context, ensure};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// The other host.
#[derive(Debug)]
pub(super) struct OtherHost {
    mounts: Sender<(Client, PathBuf)>,
    results: Receiver<anyhow::Result<()>>,
}

impl OtherHost {
    pub(super) fn start() -> anyhow::Result<OtherHost> {
        let (mounts, work) = channel::<(Client, PathBuf)>();
        let (to, results) = channel();
        thread::spawn(move || {
            // The network is there as long as this thread.
            let _ = to.send(become_it());
            for (client, at) in work {
                let _ = to.send(mounting::client(&client, &at));
            }
        });
        results.recv()?.context("starting a second host")?;
        Ok(OtherHost { mounts, results })
    }

    /// Mounts as this host.
    pub(super) fn mount(&self, client: &Client, at: &Path) -> anyhow::Result<()> {
        self.mounts.send((client.clone(), at.to_owned()))?;
        self.results.recv()?
    }
}

fn become_it() -> anyhow::Result<()> {
    // SAFETY: a number, and a string with its length.
    let (id, failed) = unsafe {
        let unshared = libc::unshare(libc::CLONE_NEWNET | libc::CLONE_NEWUTS);
        let named = libc::sethostname(c"second".as_ptr(), "second".len());
        (libc::gettid(), unshared | named)
    };
    if failed != 0 {
        return Err(io::Error::last_os_error().into());
    }
    // The card is in the first host's network, of which the process's first thread is a part.
    let mut give = Command::new("nsenter");
    give.args(["-t", "1", "-n", "ip", "link", "set", "eth1", "netns"]);
    run(give.arg(id.to_string()))?;
    for words in [
        "link set lo up",
        "addr add 10.0.2.15/24 dev eth1",
        "link set eth1 up",
        "route add default via 10.0.2.2",
    ] {
        run(Command::new("ip").args(words.split(' ')))?;
    }
    Ok(())
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {said}");
    Ok(())
}
