//! A client without group commit: each thread reads the key, changes the document, and sends one transaction that
//! compares the revision; and again, after a pause of a random length, when somebody was faster.
//!
//! It asks over the same HTTP and the same JSON as amend does, with a connection for each thread kept open, and waits
//! as long as amend does after a conflict. What becomes of a transaction that is not answered it does not find out.

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use ureq::Agent;

/// A client, and the one key that it changes.
pub(crate) struct Plain {
    agent: Agent,
    url: String,
    key: String,
    transactions: AtomicUsize,
}

impl Plain {
    pub(crate) fn new(member: &str, key: &str) -> Plain {
        let config = Agent::config_builder()
            .max_idle_connections_per_host(64)
            .max_idle_connections(64)
            .build();
        Plain {
            agent: config.new_agent(),
            url: format!("http://{member}/v3/kv"),
            key: STANDARD.encode(key),
            transactions: AtomicUsize::new(0),
        }
    }

    /// How many transactions were sent.
    pub(crate) fn transactions(&self) -> usize {
        self.transactions.load(Ordering::Relaxed)
    }

    /// Adds one to `/count`.
    pub(crate) fn increment(&self) -> anyhow::Result<()> {
        let mut pause = Duration::from_millis(2);
        loop {
            let (count, revision) = self.read()?;
            let text = json!({ "count": count + 1 }).to_string();
            let reply = self.ask(
                "txn",
                &json!({
                    "compare": [{"key": self.key, "target": "MOD", "result": "EQUAL", "mod_revision": revision}],
                    "success": [{"requestPut": {"key": self.key, "value": STANDARD.encode(text)}}],
                }),
            )?;
            self.transactions.fetch_add(1, Ordering::Relaxed);
            if reply["succeeded"] == true {
                return Ok(());
            }
            std::thread::sleep(pause.mul_f64(fastrand::f64()));
            pause = (pause * 2).min(Duration::from_millis(100));
        }
    }

    /// The count, and the revision of the key; 0 where there is none.
    fn read(&self) -> anyhow::Result<(u64, String)> {
        let reply = self.ask("range", &json!({ "key": self.key }))?;
        let Some(found) = reply["kvs"].get(0) else {
            return Ok((0, "0".to_owned()));
        };
        let text = STANDARD.decode(found["value"].as_str().context("it has a value")?)?;
        let state: Value = serde_json::from_slice(&text)?;
        let revision = found["mod_revision"].as_str();
        Ok((
            state["count"].as_u64().context("it is a count")?,
            revision.context("it has a revision")?.to_owned(),
        ))
    }

    fn ask(&self, path: &str, request: &Value) -> anyhow::Result<Value> {
        let request_to = self.agent.post(format!("{}/{path}", self.url));
        let mut reply = request_to
            .content_type("application/json")
            .send(request.to_string())?;
        Ok(serde_json::from_slice(&reply.body_mut().read_to_vec()?)?)
    }
}
