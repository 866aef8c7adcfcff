//! The file servers: nfs-ganesha and Samba on the loopback, and a directory for 9p.

use crate::machine::host::running::Running;
use crate::machine::host::tools;
use anyhow::{Context, bail};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to start.
const START: Duration = Duration::from_secs(30);

/// Running servers. They end when this is dropped.
#[derive(Debug)]
pub(super) struct Servers {
    scratch: PathBuf,
    nfs: u16,
    smb: u16,
    _running: Vec<Running>,
}

impl Servers {
    /// Starts those that some mount needs.
    pub(super) fn start(scratch: &Path, mounts: &[String]) -> anyhow::Result<Servers> {
        let mut servers = Servers {
            scratch: scratch.to_owned(),
            nfs: free_port()?,
            smb: free_port()?,
            _running: vec![],
        };
        fs::create_dir_all(servers.shared_directory())?;
        if mounts.iter().any(|mount| mount.starts_with("nfs")) {
            servers.start_nfs()?;
        }
        if mounts.iter().any(|mount| mount.starts_with("smb")) {
            servers.start_smb()?;
        }
        Ok(servers)
    }

    pub(super) fn nfs_port(&self) -> u16 {
        self.nfs
    }

    pub(super) fn smb_port(&self) -> u16 {
        self.smb
    }

    /// The directory that the machine sees by 9p.
    pub(super) fn shared_directory(&self) -> PathBuf {
        self.scratch.join("9p")
    }

    fn start_nfs(&mut self) -> anyhow::Result<()> {
        let share = self.directory("nfs")?;
        let state = self.directory("nfs-state")?;
        // Root of the machine is root on the share. Without `Graceless`, nothing could be opened for a minute and a half.
        let settings = format!(
            "NFS_CORE_PARAM {{ NFS_Port = {}; MNT_Port = {}; Protocols = 4; Bind_addr = 127.0.0.1;
                 Enable_NLM = false; Enable_RQUOTA = false; }}
             NFSv4 {{ Graceless = true; RecoveryBackend = fs; RecoveryRoot = \"{state}\"; Minor_Versions = 0,1,2;
                 Allow_Numeric_Owners = true; Only_Numeric_Owners = true; }}
             EXPORT {{ Export_Id = 1; Path = \"{share}\"; Pseudo = /share; Access_Type = RW;
                 Squash = No_Root_Squash; SecType = sys; Protocols = 4; FSAL {{ Name = VFS; }} }}
             LOG {{ Default_Log_Level = EVENT; }}\n",
            self.nfs,
            free_port()?,
        );
        let file = self.scratch.join("ganesha.conf");
        fs::write(&file, settings)?;
        let log = self.scratch.join("ganesha.log");
        let mut command = server("ganesha.nfsd")?;
        command.arg("-F").arg("-f").arg(&file).arg("-L").arg(&log);
        command.arg("-p").arg(self.scratch.join("ganesha.pid"));
        self.run(&mut command, self.nfs, &log)
    }

    fn start_smb(&mut self) -> anyhow::Result<()> {
        let share = self.directory("smb")?;
        let state = self.directory("smb-state")?;
        fs::create_dir_all(Path::new(&state).join("ncalrpc"))?;
        let log = self.scratch.join("smb.log");
        let settings = format!(
            "[global]
             server role = standalone server
             smb ports = {}
             bind interfaces only = yes
             interfaces = 127.0.0.1
             map to guest = Bad User
             guest account = root
             private dir = {state}
             lock directory = {state}
             state directory = {state}
             cache directory = {state}
             pid directory = {state}
             ncalrpc dir = {state}/ncalrpc
             log file = {}
             disable netbios = yes
             load printers = no
             [share]
             path = {share}
             read only = no
             guest ok = yes
             force user = root\n",
            self.smb,
            log.display(),
        );
        let file = self.scratch.join("smb.conf");
        fs::write(&file, settings)?;
        let mut command = server("smbd")?;
        command.args(["--foreground", "--no-process-group", "--configfile"]);
        command.arg(&file);
        self.run(&mut command, self.smb, &log)
    }

    fn run(&mut self, command: &mut Command, port: u16, log: &Path) -> anyhow::Result<()> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let mut running = Running::start(command.stderr(Stdio::null()))?;
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if running.child.try_wait()?.is_some() || started.elapsed() > START {
                let log = fs::read_to_string(log).unwrap_or_default();
                bail!("{command:?} does not listen at port {port}: {log}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        self._running.push(running);
        Ok(())
    }

    fn directory(&self, name: &str) -> anyhow::Result<String> {
        let path = self.scratch.join(name);
        fs::create_dir_all(&path)?;
        let text = path.to_str().context("the cache's path is not UTF-8")?;
        Ok(text.to_owned())
    }
}

fn server(name: &str) -> anyhow::Result<Command> {
    let path = tools::path(name).with_context(|| format!("{name} is missing"))?;
    Ok(Command::new(path))
}

/// A port that is free at the moment.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
