//! Calls home: to the address in its arguments, over TCP and UDP, and by name. Each way that is open is told.

use amend_guest::{Refusal, Value, refuse};
use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

amend_guest::updater!(update);

#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what the SDK hands over"
)]
fn update(_: Option<Value>, args: Value) -> Result<Option<Value>, Refusal> {
    let home = args["home"].as_str().unwrap_or_default();
    let attempts = [
        ("connected", TcpStream::connect(home).is_ok()),
        ("listened", TcpListener::bind("127.0.0.1:0").is_ok()),
        ("sent", send(home).is_ok()),
        ("looked up", ("localhost", 80).to_socket_addrs().is_ok()),
    ];
    let done: Vec<_> = attempts.iter().filter(|(_, done)| *done).collect();
    refuse!("done: {done:?}");
}

fn send(home: &str) -> std::io::Result<usize> {
    UdpSocket::bind("127.0.0.1:0")?.send_to(b"hello", home)
}

fn main() {}
