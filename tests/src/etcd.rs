//! Real etcd, started on loopback with data of its own, and ended with the test.

use crate::at_call::until_stopped;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a member may take until it answers.
const START: Duration = Duration::from_secs(30);

/// One of etcd's programs: that of the system, or of the directory that `AMEND_ETCD_DIR` names, for another version.
fn program(name: &str) -> Command {
    match std::env::var_os("AMEND_ETCD_DIR") {
        Some(directory) => Command::new(PathBuf::from(directory).join(name)),
        None => Command::new(name),
    }
}

/// `etcdctl`, for the member at this endpoint.
pub fn etcdctl_of(endpoints: &str) -> Command {
    let mut command = program("etcdctl");
    command
        .env("ETCDCTL_API", "3")
        .arg(format!("--endpoints={endpoints}"));
    command
}

/// Whether etcd is there. Where it is not, tests say so and pass, unless `AMEND_REQUIRE_ETCD=1` wants them to fail.
pub fn has_etcd() -> bool {
    let found = ["etcd", "etcdctl"].map(|tool| {
        let version = program(tool)
            .arg("--help")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        version.is_ok()
    });
    if found == [true, true] {
        return true;
    }
    let required = std::env::var_os("AMEND_REQUIRE_ETCD").is_some_and(|value| value == "1");
    assert!(
        !required,
        "AMEND_REQUIRE_ETCD=1, and etcd or etcdctl is not here: apt-get install etcd-server etcd-client"
    );
    eprintln!(
        "SKIPPED: etcd or etcdctl is not here, so nothing was tested; apt-get install etcd-server etcd-client"
    );
    false
}

/// The members of a cluster, by number.
#[derive(Debug)]
pub struct Cluster {
    /// By number.
    pub members: Vec<Member>,
    data: TempDir,
    extra: Vec<String>,
    scheme: &'static str,
}

/// A member, which may be ended and started again.
#[derive(Debug)]
pub struct Member {
    /// What the others call it.
    pub name: String,
    /// Where clients ask.
    pub port: u16,
    peer: u16,
    child: Option<Child>,
}

impl Drop for Member {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Member {
    /// `host:port`, where clients ask.
    pub fn endpoint(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Ends it as a power failure would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends it a signal: SIGSTOP or SIGCONT. A member that is to stop has stopped when this returns: on a loaded machine its
    /// threads go on for a while.
    pub fn signal(&self, signal: i32) {
        if let Some(child) = &self.child {
            let pid = i32::try_from(child.id()).expect("it is a process id");
            // SAFETY: it is a child that was not waited for, so that no other process has its number.
            unsafe {
                libc::kill(pid, signal);
            }
            if signal == libc::SIGSTOP {
                until_stopped(child.id());
            }
        }
    }

    /// Whether it was not killed.
    pub fn is_started(&self) -> bool {
        self.child.is_some()
    }
}

impl Cluster {
    /// One member; `None` where there is no etcd, which was said.
    pub fn single() -> Option<Cluster> {
        has_etcd().then(|| Cluster::start(1, &[], "http"))
    }

    /// Several, as they would stand on as many machines.
    pub fn of(count: usize) -> Option<Cluster> {
        has_etcd().then(|| Cluster::start(count, &[], "http"))
    }

    /// One member with these arguments besides.
    pub fn with(arguments: &[&str], scheme: &'static str) -> Option<Cluster> {
        has_etcd().then(|| Cluster::start(1, arguments, scheme))
    }

    fn start(count: usize, extra: &[&str], scheme: &'static str) -> Cluster {
        let data = crate::measure::scratch().expect("a directory for etcd's data");
        // Held all at once, so that they differ.
        let ports: Vec<TcpListener> = (0..2 * count)
            .map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port"))
            .collect();
        let port = |at: usize| ports[at].local_addr().expect("it is bound").port();
        let members = (0..count).map(|number| Member {
            name: format!("m{number}"),
            port: port(2 * number),
            peer: port(2 * number + 1),
            child: None,
        });
        let mut cluster = Cluster {
            members: members.collect(),
            data,
            extra: extra.iter().map(|&text| text.to_owned()).collect(),
            scheme,
        };
        drop(ports);
        for number in 0..count {
            cluster.launch(number);
        }
        for number in 0..count {
            cluster.await_member(number);
        }
        cluster
    }

    /// Starts a member that is not running, with the data that it has. It may take a moment until it answers.
    pub fn launch(&mut self, number: usize) {
        let peers: Vec<_> = self
            .members
            .iter()
            .map(|member| format!("{}=http://127.0.0.1:{}", member.name, member.peer))
            .collect();
        let member = &self.members[number];
        let client = format!("{}://127.0.0.1:{}", self.scheme, member.port);
        let peer = format!("http://127.0.0.1:{}", member.peer);
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log(number))
            .expect("etcd's log");
        let mut command = program("etcd");
        command
            .args(["--name", &member.name, "--data-dir"])
            .arg(self.data.path().join(&member.name))
            .args([
                "--listen-client-urls",
                &client,
                "--advertise-client-urls",
                &client,
            ])
            .args([
                "--listen-peer-urls",
                &peer,
                "--initial-advertise-peer-urls",
                &peer,
            ])
            .args(["--initial-cluster", &peers.join(",")])
            .args(["--heartbeat-interval", "50", "--election-timeout", "500"])
            .args(["--logger", "zap", "--log-level", "warn"])
            .args(&self.extra)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log);
        // SAFETY: prctl is async-signal-safe, and only this child is concerned. When the thread of the test ends
        // without dropping the cluster, because the process was killed, etcd ends with it.
        unsafe {
            command.pre_exec(|| {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                Ok(())
            });
        }
        self.members[number].child = Some(command.spawn().expect("etcd starts"));
    }

    /// Adds a member that learns, to one; returns its number.
    pub fn add_learner(&mut self) -> usize {
        let ports = [(), ()].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
        let [port, peer] = ports.map(|port| port.local_addr().expect("it is bound").port());
        let name = format!("m{}", self.members.len());
        let peer_url = format!("--peer-urls=http://127.0.0.1:{peer}");
        self.etcdctl(&["member", "add", &name, "--learner", &peer_url]);
        self.members.push(Member {
            name,
            port,
            peer,
            child: None,
        });
        let number = self.members.len() - 1;
        self.extra
            .extend(["--initial-cluster-state", "existing"].map(str::to_owned));
        self.launch(number);
        self.await_listening(number);
        number
    }

    /// Puts the one member back to a snapshot that was saved here, as `etcdctl snapshot restore` does: the cluster has the
    /// same id afterwards.
    pub fn restore(&mut self, snapshot: &std::path::Path) {
        let member = &mut self.members[0];
        member.kill();
        let data = self.data.path().join(&member.name);
        std::fs::remove_dir_all(&data).expect("its data is removed");
        let peer = format!("http://127.0.0.1:{}", member.peer);
        let output = program("etcdctl")
            .env("ETCDCTL_API", "3")
            .args(["snapshot", "restore"])
            .arg(snapshot)
            .args([
                "--name",
                &member.name,
                "--initial-advertise-peer-urls",
                &peer,
            ])
            .args(["--initial-cluster", &format!("{}={peer}", member.name)])
            .arg("--data-dir")
            .arg(data)
            .output()
            .expect("etcdctl runs");
        assert!(output.status.success(), "{output:?}");
        self.launch(0);
        self.await_member(0);
    }

    /// Waits until a member that was launched listens.
    fn await_listening(&self, number: usize) {
        let started = Instant::now();
        while TcpStream::connect(self.members[number].endpoint()).is_err() {
            assert!(started.elapsed() < START, "etcd does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until a member that was launched answers.
    pub fn await_member(&mut self, number: usize) {
        let started = Instant::now();
        let endpoint = self.members[number].endpoint();
        while !self.is_healthy(&endpoint) {
            let child = self.members[number].child.as_mut().expect("it was started");
            let ended = child.try_wait().expect("it is a child");
            let is_late = started.elapsed() > START;
            if ended.is_some() || is_late {
                let log = std::fs::read_to_string(self.log(number)).unwrap_or_default();
                panic!("etcd does not answer at {endpoint} ({ended:?}):\n{log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Over TLS only that somebody listens can be told without a client.
    fn is_healthy(&self, endpoint: &str) -> bool {
        let Ok(mut stream) = TcpStream::connect(endpoint) else {
            return false;
        };
        if self.scheme == "https" {
            return true;
        }
        let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
        let asked = stream.write_all(b"GET /health HTTP/1.0\r\n\r\n");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        asked.is_ok() && answer.contains(r#""true""#)
    }

    fn log(&self, number: usize) -> PathBuf {
        self.data.path().join(format!("m{number}.log"))
    }

    /// All members, as they stand in an address.
    pub fn endpoints(&self) -> String {
        let endpoints: Vec<_> = self.members.iter().map(Member::endpoint).collect();
        endpoints.join(",")
    }

    /// The address of what stands at a key or a prefix, which begins with a slash.
    pub fn address(&self, key: &str) -> String {
        format!("etcd://{}{key}", self.endpoints())
    }

    /// Runs `etcdctl`, which has to succeed, and gives what it printed.
    pub fn etcdctl(&self, arguments: &[&str]) -> String {
        let output = etcdctl_of(&self.endpoints())
            .args(arguments)
            .output()
            .expect("etcdctl runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "etcdctl {arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
