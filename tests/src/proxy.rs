//! A proxy between a client and a member of etcd, which loses what a test wants lost.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request to the JSON gateway.
#[derive(Debug, Clone)]
pub struct Request {
    /// `/v3/kv/txn`, for example.
    pub path: String,
    /// JSON, with keys and values in base64.
    pub body: String,
    /// The token of a user.
    pub authorization: Option<String>,
}

impl Request {
    /// Whether it is the transaction that changes a document.
    pub fn is_attempt(&self) -> bool {
        self.path == "/v3/kv/txn" && self.body.contains(&format!(r#""value":"{ATTEMPT}"#))
    }

    /// Whether it is one that finds out what became of another.
    pub fn is_fence(&self) -> bool {
        self.path == "/v3/kv/txn" && self.body.contains(&format!(r#""value":"{FENCE}"#))
    }
}

/// What the values of marks begin with, in base64: `attempt` and `fence`, as far as they fill threes of bytes.
const ATTEMPT: &str = "YXR0ZW1w";
const FENCE: &str = "ZmVu";

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is passed on, and its answer as well.
    Pass,
    /// It is passed on, and the connection broken when etcd has answered.
    LoseAnswer,
    /// The connection is broken, and nothing passed on.
    LoseRequest,
    /// The connection is broken, and the request kept until [`Proxy::release`].
    Keep,
    /// It is passed on, and answered with this error of etcd instead of its answer.
    PassAndRefuse(&'static str),
    /// It is not passed on, and answered with this error of etcd.
    Refuse(&'static str),
    /// It is passed on twice, one after the other; the second answer is passed on.
    Double,
}

/// Says what becomes of each request.
type Decide = dyn FnMut(&Request) -> Action + Send;

/// The proxy. It runs until the test ends.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// `host:port`, where the client asks.
    pub endpoint: String,
    etcd: String,
    kept: Arc<Mutex<Vec<Request>>>,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Proxy {
    /// Stands before the member at this endpoint, and asks what is to be done with each request.
    pub fn start(etcd: String, decide: impl FnMut(&Request) -> Action + Send + 'static) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let proxy = Proxy {
            endpoint: listener.local_addr().expect("it is bound").to_string(),
            etcd,
            kept: Arc::default(),
            seen: Arc::default(),
        };
        let decide: Arc<Mutex<Decide>> = Arc::new(Mutex::new(decide));
        let this = proxy.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (this, decide) = (this.clone(), Arc::clone(&decide));
                std::thread::spawn(move || this.serve(&client, &*decide));
            }
        });
        proxy
    }

    /// One request a connection: the answer of etcd says that it is closed.
    fn serve(&self, client: &TcpStream, decide: &Mutex<Decide>) {
        let Some(request) = read(client) else {
            return;
        };
        self.seen.lock().expect("unpoisoned").push(request.clone());
        let action = (decide.lock().expect("unpoisoned"))(&request);
        match action {
            Action::Pass => self.answer(client, &self.pass_on(&request)),
            Action::LoseAnswer => drop(self.pass_on(&request)),
            Action::LoseRequest => {}
            Action::Keep => self.kept.lock().expect("unpoisoned").push(request),
            Action::PassAndRefuse(error) => {
                self.pass_on(&request);
                self.answer(client, &refusal(error));
            }
            Action::Refuse(error) => self.answer(client, &refusal(error)),
            Action::Double => {
                self.pass_on(&request);
                self.answer(client, &self.pass_on(&request));
            }
        }
    }

    fn answer(&self, mut client: &TcpStream, answer: &str) {
        // Who asked may have lost patience.
        let _ = client.write_all(answer.as_bytes());
    }

    fn pass_on(&self, request: &Request) -> String {
        forward(&self.etcd, request)
    }

    /// Passes on what was kept, late, and gives the answers of etcd.
    pub fn release(&self) -> Vec<String> {
        let kept = std::mem::take(&mut *self.kept.lock().expect("unpoisoned"));
        kept.iter().map(|request| self.pass_on(request)).collect()
    }

    /// What the client has asked so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().expect("unpoisoned").clone()
    }
}

/// Sends a request to the member at this endpoint. Returns the answer, head and body.
///
/// # Panics
///
/// When the member breaks the connection.
pub fn forward(etcd: &str, request: &Request) -> String {
    let Request {
        path,
        body,
        authorization,
    } = request;
    let authorization = authorization
        .as_ref()
        .map_or_else(String::new, |token| format!("Authorization: {token}\r\n"));
    // At the end of a test, etcd may have ended before the client.
    let Ok(mut etcd) = TcpStream::connect(etcd) else {
        return String::new();
    };
    write!(
        etcd,
        "POST {path} HTTP/1.1\r\nHost: etcd\r\n{authorization}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .expect("etcd reads");
    let mut answer = String::new();
    etcd.read_to_string(&mut answer).expect("etcd answers");
    answer
}

/// A reply with this error, which is JSON.
fn refusal(error: &str) -> String {
    format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{error}",
        error.len()
    )
}

fn read(client: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(client);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    let mut authorization = None;
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok()?,
                "authorization" => authorization = Some(value.to_owned()),
                _ => {}
            }
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        path,
        body: String::from_utf8(body).ok()?,
        authorization,
    })
}
