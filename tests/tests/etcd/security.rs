//! TLS, and users.

use amend_store::{Error, EtcdOptions, EtcdProblem, Store};
use amend_tests::etcd::Cluster;
use amend_tests::increment;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use std::path::{Path, PathBuf};
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
        &[
            "role",
            "grant-permission",
            "app",
            "readwrite",
            "amend/marks/",
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
/// words that were not expected.
#[test]
fn updates_go_on_while_users_are_added() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    with_users(&etcd);
    let options = EtcdOptions::default().with_user("ada", "tulip");
    let done = std::sync::atomic::AtomicBool::new(false);
    let updates: usize = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let store = Store::etcd(&etcd.address("/p"), options.clone()).expect("an address");
                let done = &done;
                scope.spawn(move || {
                    let mut updates = 0;
                    while !done.load(std::sync::atomic::Ordering::SeqCst) {
                        let updated = store.update(format!("{writer}.json"), increment);
                        updated.unwrap_or_else(|error| panic!("{error}"));
                        updates += 1;
                    }
                    updates
                })
            })
            .collect();
        for number in 0..30 {
            let name = format!("user{number}:secret");
            etcd.etcdctl(&["--user", "root:sesame", "user", "add", &name]);
        }
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        let writers = writers.into_iter();
        writers
            .map(|writer| writer.join().expect("none has failed"))
            .sum()
    });
    assert!(updates > 30, "{updates}");
}
