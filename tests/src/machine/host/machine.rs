//! A run of the virtual machine.

use crate::machine::event::Event;
use crate::machine::host::kernel::Kernel;
use crate::machine::host::running::Running;
use anyhow::Context;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Its parts.
#[derive(Debug)]
pub(super) struct Machine<'p> {
    pub(super) kernel: &'p Kernel,
    pub(super) initramfs: &'p Path,
    /// The disk with the programs.
    pub(super) programs: &'p Path,
    pub(super) images: &'p [PathBuf],
    /// The directory that is seen by 9p.
    pub(super) shared: &'p Path,
    /// Where the console is written to.
    pub(super) console: &'p Path,
    /// When it is switched off.
    pub(super) limit: Duration,
}

impl Machine<'_> {
    /// Runs it until its work is done, or its time is up.
    pub(super) fn run(&self, mut take: impl FnMut(Event)) -> anyhow::Result<()> {
        println!(
            "kernel {}, console in {}",
            self.kernel.name,
            self.console.display()
        );
        let started = Instant::now();
        let mut running = Running::start(&mut self.command()?)?;
        let out = running.child.stdout.take().context("it is a pipe")?;
        let (to, events) = channel();
        thread::spawn(move || {
            for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
                if let Ok(event) = serde_json::from_slice::<Event>(&line)
                    && to.send(event).is_err()
                {
                    return;
                }
            }
        });
        loop {
            let left = self.limit.saturating_sub(started.elapsed());
            match events.recv_timeout(left) {
                Ok(Event::Over) => break,
                Ok(event) => take(event),
                // The table says which checks have no result.
                Err(RecvTimeoutError::Timeout) => {
                    println!("it is switched off after {:.0?}", self.limit);
                    return Ok(());
                }
                Err(RecvTimeoutError::Disconnected) => {
                    println!("it has ended before its work was done");
                    return Ok(());
                }
            }
        }
        println!("kernel {}: {:.0?}", self.kernel.name, started.elapsed());
        Ok(())
    }

    fn command(&self) -> anyhow::Result<Command> {
        let mut qemu = Command::new("qemu-system-x86_64");
        // KVM would be ten times as fast and see the same. It is not there in most places where tests run, or does not work.
        qemu.args(["-accel", "tcg"]);
        // With one processor: emulated ones that run at once crash a kernel that patches its own code.
        qemu.args(["-cpu", "max", "-m", "2048", "-smp", "1", "-no-reboot"]);
        qemu.args(["-display", "none", "-monitor", "none", "-nodefaults"]);
        qemu.arg("-kernel").arg(&self.kernel.image);
        qemu.arg("-initrd").arg(self.initramfs);
        qemu.args(["-append", "console=ttyS0 panic=-1 mitigations=off"]);
        qemu.arg("-serial").arg(option("file:", self.console));
        qemu.args(["-serial", "stdio"]);
        // Two networks, for two hosts.
        for name in ["first", "second"] {
            qemu.args(["-netdev", &format!("user,id={name}")]);
            qemu.args(["-device", &format!("virtio-net-pci,netdev={name}")]);
            let shared =
                format!("local,id=f{name},security_model=mapped-xattr,multidevs=remap,path=");
            qemu.arg("-fsdev").arg(option(&shared, self.shared));
            let device = format!("virtio-9p-pci,fsdev=f{name},mount_tag={name}");
            qemu.args(["-device", &device]);
        }
        for image in [self.programs]
            .into_iter()
            .chain(self.images.iter().map(PathBuf::as_path))
        {
            // A flush reaches qemu, and no further: no power fails here.
            let drive = "if=virtio,format=raw,cache=unsafe,file=";
            qemu.arg("-drive").arg(option(drive, image));
        }
        let errors = File::create(self.console.with_extension("qemu"))?;
        qemu.stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors);
        Ok(qemu)
    }
}

/// An option of qemu's that ends with a path, in which a comma is written twice.
fn option(start: &str, path: &Path) -> String {
    format!("{start}{}", path.to_string_lossy().replace(',', ",,"))
}
