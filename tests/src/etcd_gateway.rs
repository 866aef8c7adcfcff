//! Requests to a member's JSON gateway, as another client would send them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::time::Duration;
use ureq::Agent;

/// Longer than etcd itself waits for the cluster.
const ANSWER: Duration = Duration::from_secs(15);

/// A client that asks one member, as a user or without one.
#[derive(Debug, Clone)]
pub struct Gateway {
    endpoint: String,
    token: Option<String>,
}

/// What etcd said instead of doing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status code of gRPC.
    pub code: i64,
    /// etcd's text.
    pub message: String,
}

impl Gateway {
    /// Asks the member at this endpoint.
    pub fn new(endpoint: String) -> Gateway {
        Gateway {
            endpoint,
            token: None,
        }
    }

    /// Asks as this user.
    #[must_use]
    pub fn of_user(endpoint: String, name: &str, password: &str) -> Gateway {
        let gateway = Gateway::new(endpoint);
        let reply = gateway
            .ask(
                "auth/authenticate",
                &json!({"name": name, "password": password}),
            )
            .expect("the user may");
        gateway.with_token(reply["token"].as_str().expect("a token"))
    }

    /// Asks with this token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Gateway {
        self.token = Some(token.to_owned());
        self
    }

    /// Sends one request, once.
    pub fn ask(&self, path: &str, body: &Value) -> Result<Value, Refusal> {
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWER))
            .http_status_as_error(false)
            .build();
        let uri = format!("http://{}/v3/{path}", self.endpoint);
        let mut request = config
            .new_agent()
            .post(uri)
            .content_type("application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", token);
        }
        let mut reply = request.send(body.to_string()).expect("the member answers");
        let body = reply.body_mut().read_to_vec().expect("it is an answer");
        let value: Value = serde_json::from_slice(&body).expect("it is JSON");
        let error = match &value["error"] {
            Value::Object(_) => &value["error"],
            _ => &value,
        };
        let code = ["code", "grpc_code"]
            .iter()
            .find_map(|name| error[*name].as_i64());
        match code {
            None => Ok(value),
            Some(code) => Err(Refusal {
                code,
                message: error["message"].as_str().unwrap_or_default().to_owned(),
            }),
        }
    }

    /// Removes every mark of the document with this key.
    pub fn remove_marks(&self, key: &str) -> Result<Value, Refusal> {
        let (from, to) = (format!("{key}\0"), format!("{key}\u{1}"));
        self.ask(
            "kv/deleterange",
            &json!({"key": encoded(&from), "range_end": encoded(&to)}),
        )
    }

    /// The keys of the marks of the document with this key.
    pub fn marks(&self, key: &str) -> Vec<String> {
        let (from, to) = (format!("{key}\0"), format!("{key}\u{1}"));
        let found = self.ask(
            "kv/range",
            &json!({"key": encoded(&from), "range_end": encoded(&to), "keys_only": true}),
        );
        let found = found.expect("marks can be read");
        let marks = found["kvs"].as_array().into_iter().flatten();
        marks
            .map(|mark| decoded(mark["key"].as_str().expect("a key")))
            .collect()
    }
}

/// Bytes as the gateway takes them.
pub fn encoded(text: &str) -> String {
    STANDARD.encode(text)
}

/// Bytes that the gateway sent, which are a text.
pub fn decoded(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).expect("base64")).expect("UTF-8")
}
