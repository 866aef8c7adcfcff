//! TLS, and users.

use amend_store::{Error, EtcdOptions, EtcdProblem, Options, Store};
use amend_tests::amend;
use amend_tests::etcd::Cluster;
use amend_tests::etcd_gateway::Gateway;
use amend_tests::increment;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// An authority, with a certificate for the server and one for a client.
struct Authority {
    directory: TempDir,
}

impl Authority {
    fn new() -> Authority {
        let directory = tempfile::tempdir().expect("a directory");
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own = params.self_signed(&key).expect("a certificate");
        let issuer = Issuer::new(params, key);
        let write = |name: &str, text: String| {
            std::fs::write(directory.path().join(name), text).expect("it is written");
        };
        write("ca.pem", own.pem());
        for name in ["server", "client"] {
            let key = KeyPair::generate().expect("a key");
            let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
            let mut params = CertificateParams::new(names).expect("parameters");
            params.extended_key_usages = vec![
                ExtendedKeyUsagePurpose::ServerAuth,
                ExtendedKeyUsagePurpose::ClientAuth,
            ];
            let signed = params.signed_by(&key, &issuer).expect("a certificate");
            write(&format!("{name}.pem"), signed.pem());
            write(&format!("{name}.key"), key.serialize_pem());
        }
        Authority { directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn etcd(&self) -> Option<Cluster> {
        let paths = ["server.pem", "server.key", "ca.pem"].map(|name| self.path(name));
        let [certificate, key, ca] = paths.each_ref().map(|path| path.to_str().expect("UTF-8"));
        Cluster::with(
            &[
                "--cert-file",
                certificate,
                "--key-file",
                key,
                "--trusted-ca-file",
                ca,
                "--client-cert-auth",
            ],
            "https",
        )
    }
}

fn problem(result: Result<impl std::fmt::Debug, Error>) -> EtcdProblem {
    match result {
        Err(Error::Etcd { source, .. }) => source.problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn over_tls_with_the_certificates_that_belong_together() {
    let authority = Authority::new();
    let Some(etcd) = authority.etcd() else { return };
    let open = |options| Store::etcd(&etcd.address("/p"), options).expect("the files are good");
    let trusting = EtcdOptions::default().with_ca(authority.path("ca.pem"));
    let known = trusting
        .clone()
        .with_certificate(authority.path("client.pem"), authority.path("client.key"));
    let store = open(known);
    store
        .update("a.json", increment)
        .expect("both know each other");
    assert!(store.read("a.json").expect("no error").is_some());
    // Who shows no certificate, trusts somebody else, or does not speak TLS at all, gets nothing.
    problem(open(trusting).read("a.json"));
    let other = Authority::new();
    let deceived = EtcdOptions::default()
        .with_ca(other.path("ca.pem"))
        .with_certificate(authority.path("client.pem"), authority.path("client.key"));
    problem(open(deceived).read("a.json"));
    problem(open(EtcdOptions::default()).read("a.json"));
}

#[test]
fn files_that_are_no_certificates_are_said_before_anything_is_asked() {
    let authority = Authority::new();
    let open = |ca: &Path, certificate: &Path, key: &Path| {
        let options = EtcdOptions::default()
            .with_ca(ca)
            .with_certificate(certificate, key);
        Store::etcd("etcd://127.0.0.1:1/p", options).map(drop)
    };
    let [ca, certificate, key] =
        ["ca.pem", "client.pem", "client.key"].map(|name| authority.path(name));
    let nothing = authority.path("nothing.pem");
    std::fs::write(authority.path("garbage.pem"), "garbage").expect("it is written");
    let garbage = authority.path("garbage.pem");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::fs::write(authority.path("broken.pem"), broken).expect("it is written");
    let broken = authority.path("broken.pem");
    open(&ca, &certificate, &key).expect("the files are good");
    let server_key = authority.path("server.key");
    for (ca, certificate, key, wrong) in [
        (&nothing, &certificate, &key, &nothing),
        (&garbage, &certificate, &key, &garbage),
        (&broken, &certificate, &key, &broken),
        (&ca, &garbage, &key, &garbage),
        (&ca, &certificate, &garbage, &garbage),
        (&ca, &certificate, &server_key, &server_key),
        (&ca, &broken, &key, &key),
    ] {
        match open(ca, certificate, key) {
            Err(Error::Io { path, .. }) => assert_eq!(&path, wrong),
            other => panic!("{ca:?} {certificate:?} {key:?}: {other:?}"),
        }
    }
}

/// A user `ada` who may change the documents below `/p`.
fn with_users(etcd: &Cluster) {
    for arguments in [
        &["user", "add", "root:sesame"][..],
        &["role", "add", "root"],
        &["user", "grant-role", "root", "root"],
        &["role", "add", "app"],
        &[
            "role",
            "grant-permission",
            "app",
            "readwrite",
            "/p/",
            "--prefix",
        ],
        &["user", "add", "ada:tulip"],
        &["user", "grant-role", "ada", "app"],
        &["auth", "enable"],
    ] {
        etcd.etcdctl(arguments);
    }
}

#[test]
fn users_may_do_what_their_role_says() {
    // A token lives for a second or two, so that it is seen to be asked for again.
    let Some(etcd) = Cluster::with(&["--auth-token-ttl", "1"], "http") else {
        return;
    };
    with_users(&etcd);
    let open =
        |prefix: &str, options| Store::etcd(&etcd.address(prefix), options).expect("an address");
    let ada = EtcdOptions::default().with_user("ada", "tulip");
    let store = open("/p", ada.clone());
    store.update("a.json", increment).expect("ada may");
    // Roles that change make every token old; and one that is not used ends.
    etcd.etcdctl(&["--user", "root:sesame", "role", "add", "another"]);
    store.update("a.json", increment).expect("with a new token");
    std::thread::sleep(std::time::Duration::from_millis(3500));
    store.update("a.json", increment).expect("with a new token");
    let read = store.read("a.json").expect("no error").expect("a document");
    assert_eq!(read.text, "{\n  \"count\": 3\n}\n");
    for denied in [
        problem(open("/q", ada).read("a.json")),
        problem(open("/p", EtcdOptions::default()).read("a.json")),
        problem(open("/p", EtcdOptions::default().with_user("ada", "rose")).read("a.json")),
        problem(open("/p", EtcdOptions::default()).update("a.json", increment)),
    ] {
        assert!(matches!(denied, EtcdProblem::Denied { .. }), "{denied:?}");
    }
    let shown = format!("{:?}", EtcdOptions::default().with_user("ada", "tulip"));
    assert!(!shown.contains("tulip"), "{shown}");
}

/// Found in use: each change of users and roles made the updates of others fail, because etcd then calls a token old in
/// words that were not expected; and 5 of 6 long copies.
#[test]
fn updates_and_a_copy_go_on_while_users_are_added() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    with_users(&etcd);
    let options = EtcdOptions::default().with_user("ada", "tulip");
    let scratch = tempfile::tempdir().expect("a directory");
    for number in 0..200 {
        let file = scratch.path().join(format!("{number}.json"));
        std::fs::write(file, format!("{number}\n")).expect("it is written");
    }
    let is_done = std::sync::atomic::AtomicBool::new(false);
    let (updates, added): (usize, usize) = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let store = Store::etcd(&etcd.address("/p"), options.clone()).expect("an address");
                let is_done = &is_done;
                scope.spawn(move || {
                    let mut updates = 0;
                    while !is_done.load(std::sync::atomic::Ordering::SeqCst) {
                        let updated = store.update(format!("{writer}.json"), increment);
                        updated.unwrap_or_else(|error| panic!("{error}"));
                        updates += 1;
                    }
                    updates
                })
            })
            .collect();
        let mut copy = Command::new(amend())
            .arg("copy")
            .arg(scratch.path())
            .arg(etcd.address("/p/copied"))
            .env("AMEND_ETCD_USER", "ada")
            .env("AMEND_ETCD_PASSWORD", "tulip")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command runs");
        let mut added = 0;
        let mut is_copied = false;
        while added < 30 || !is_copied {
            let name = format!("user{added}:secret");
            etcd.etcdctl(&["--user", "root:sesame", "user", "add", &name]);
            added += 1;
            is_copied = copy.try_wait().expect("it is a child").is_some();
        }
        is_done.store(true, std::sync::atomic::Ordering::SeqCst);
        let output = copy.wait_with_output().expect("it has ended");
        assert!(output.status.success(), "{output:?}");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(
            printed.ends_with("200 copied, 0 the same, 0 left\n"),
            "{printed}"
        );
        let writers = writers.into_iter();
        let updates = writers
            .map(|writer| writer.join().expect("none has failed"))
            .sum();
        (updates, added)
    });
    assert!(updates > 30, "{updates} beside {added} users");
}

/// Changes roles as fast as it can, for a while, and counts. Each change makes the tokens of all old, its own as well.
fn change_roles(endpoint: &str, changer: usize) -> u32 {
    let started = Instant::now();
    let login = || Gateway::of_user(endpoint.to_owned(), "root", "sesame");
    let mut root = login();
    let mut changes = 0;
    while started.elapsed() < Duration::from_secs(4) {
        let name = json!({"name": format!("role{changer}-{changes}")});
        match root.ask("auth/role/add", &name) {
            Ok(_) => changes += 1,
            Err(_) => root = login(),
        }
    }
    changes
}

/// Roles that change faster than a password is checked let nobody in, `etcdctl` neither. Nothing is done then, and that is
/// what is said; afterwards all goes on.
#[test]
fn roles_that_change_all_the_time_are_waited_out() {
    let Some(etcd) = Cluster::with(&["--bcrypt-cost", "4"], "http") else {
        return;
    };
    with_users(&etcd);
    let is_done = std::sync::atomic::AtomicBool::new(false);
    let patience = Options::default().with_lock_timeout(Some(Duration::from_secs(20)));
    let ada = EtcdOptions::default()
        .with_store(patience)
        .with_user("ada", "tulip");
    let store = Store::etcd(&etcd.address("/p"), ada).expect("an address");
    store.update("a.json", increment).expect("ada may");
    let etcd = &etcd;
    std::thread::scope(|scope| {
        let changers: Vec<_> = (0..4)
            .map(|changer| scope.spawn(move || change_roles(&etcd.members[0].endpoint(), changer)))
            .collect();
        scope.spawn(|| {
            let changes = changers
                .into_iter()
                .map(std::thread::ScopedJoinHandle::join);
            let changes: u32 = changes.map(|changes| changes.expect("no panic")).sum();
            is_done.store(true, std::sync::atomic::Ordering::SeqCst);
            assert!(changes > 400, "{changes}");
        });
        let mut updates = 1;
        while !is_done.load(std::sync::atomic::Ordering::SeqCst) {
            store.update("a.json", increment).expect("it is waited for");
            updates += 1;
        }
        let read = store.read("a.json").expect("no error").expect("a document");
        assert_eq!(read.text, format!("{{\n  \"count\": {updates}\n}}\n"));
    });
}
