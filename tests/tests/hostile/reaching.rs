//! Updaters that reach for the machine: files, variables, the network, standard input. WASI is there, for their
//! languages' runtimes, and has nothing to give them.

use crate::ground::{Ground, load, nothing_comes_of, patient};
use amend_store::Error;
use std::net::{TcpListener, UdpSocket};

/// What a guest told as the reason of its refusal.
#[track_caller]
fn told(error: Error) -> String {
    match error {
        Error::Refused { source, .. } => source.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn opens_files() {
    let ground = Ground::new();
    let args = format!("{{\"document\":{:?}}}", ground.document());
    let error = ground.withstands(&load("opens-files", patient()), &args);
    assert_eq!(told(error), "done: []");
}

#[test]
fn looks_around() {
    let error = nothing_comes_of("looks-around", patient());
    assert_eq!(told(error), "args: [], variables: [], directory: \"/\"");
}

#[test]
fn connects() {
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    // On the same port, so that one address serves for both.
    let home = tcp.local_addr().unwrap();
    let udp = UdpSocket::bind(home).unwrap();
    tcp.set_nonblocking(true).unwrap();
    udp.set_nonblocking(true).unwrap();
    let args = format!("{{\"home\":\"{home}\"}}");
    let error = Ground::new().withstands(&load("connects", patient()), &args);
    assert_eq!(told(error), "done: []");
    // Whatever had come would be waiting here: both ends are on this machine.
    assert!(tcp.accept().is_err(), "somebody called");
    assert!(udp.recv(&mut [0; 16]).is_err(), "somebody wrote");
}

/// Standard input is at its end: nobody is kept waiting, and nobody's input is eaten.
#[test]
fn waits_for_input() {
    let error = nothing_comes_of("waits-for-input", patient());
    assert_eq!(told(error), "0 bytes came");
}
