//! Members that cannot be reached, and what is said about them.

use amend_store::{Error, EtcdOptions, EtcdProblem, Options, Store};
use amend_tests::etcd::Cluster;
use amend_tests::increment;
use std::io::Write;
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// A port where nobody listens: it was free a moment ago, and is reserved for nobody else.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").to_string()
}

#[test]
fn an_address_where_nothing_listens_is_said_at_the_deadline() {
    let patience = Options::default().with_lock_timeout(Some(Duration::from_millis(300)));
    let options = EtcdOptions::default().with_store(patience);
    let store = Store::etcd(&format!("etcd://{}/p", nobody()), options).expect("an address");
    let started = Instant::now();
    for error in [
        store.read("a.json").expect_err("nobody answers"),
        store
            .update("a.json", increment)
            .expect_err("nobody answers"),
    ] {
        match &error {
            Error::Etcd { source, .. } => {
                assert!(
                    matches!(source.problem, EtcdProblem::Unreachable { .. }),
                    "{error}"
                );
            }
            other => panic!("{other}"),
        }
        assert!(error.to_string().contains("check the address"), "{error}");
    }
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn another_member_is_asked_when_one_cannot_be_reached() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    let address = format!("etcd://{},{}/p", nobody(), etcd.endpoints());
    let store = Store::etcd(&address, EtcdOptions::default()).expect("an address");
    store
        .update("a.json", increment)
        .expect("the second answers");
    assert!(store.read("a.json").expect("no error").is_some());
}

/// Starts a server that answers each request with this, and returns where it listens.
pub(crate) fn server(answer: &str) -> String {
    let answer = answer.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let _ = std::io::Read::read(&mut client, &mut head);
            let _ = client.write_all(answer.as_bytes());
        }
    });
    endpoint.to_string()
}

#[test]
fn a_server_that_is_not_etcd_is_not_taken_for_it() {
    let endpoint = server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    let store =
        Store::etcd(&format!("etcd://{endpoint}/p"), EtcdOptions::default()).expect("an address");
    match store.read("a.json") {
        Err(Error::Etcd { source, .. }) => {
            assert!(
                matches!(source.problem, EtcdProblem::NotEtcd { .. }),
                "{source}"
            );
        }
        other => panic!("{other:?}"),
    }
}

/// Found in use: one address that is not etcd, listed first, made every call fail.
#[test]
fn a_server_that_is_not_etcd_does_not_hide_the_members_behind_it() {
    let Some(etcd) = Cluster::single() else {
        return;
    };
    for answer in [
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwho?",
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 45\r\nConnection: close\r\n\r\n{\"code\":5,\"message\":\"Not Found\",\"details\":[]}",
        "220 mail.example ESMTP\r\n",
        "",
    ] {
        let address = format!("etcd://{},{}/p", server(answer), etcd.endpoints());
        let open = || Store::etcd(&address, EtcdOptions::default()).expect("an address");
        let read = open().read("a.json");
        assert!(read.is_ok(), "{answer:?}: {read:?}");
        let updated = open().update("a.json", increment);
        assert!(updated.is_ok(), "{answer:?}: {updated:?}");
    }
    let read = etcd.etcdctl(&["get", "/p/a.json"]);
    assert!(read.contains("\"count\": 7"), "{read}");
}

#[test]
fn a_member_that_is_started_again_is_waited_for() {
    let Some(mut etcd) = Cluster::single() else {
        return;
    };
    let store = Store::etcd(&etcd.address("/p"), EtcdOptions::default()).expect("an address");
    store.update("a.json", increment).expect("it runs");
    etcd.members[0].kill();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| store.update("a.json", increment));
        etcd.launch(0);
        let receipt = waiting.join().expect("no panic").expect("it runs again");
        assert!(receipt.changed);
    });
    let read = store.read("a.json").expect("no error").expect("a document");
    assert_eq!(read.text, "{\n  \"count\": 2\n}\n");
}
