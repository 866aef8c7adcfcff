//! What is sent to etcd's gateway, and what it sends back: the JSON form of the messages in
//! <https://etcd.io/docs/v3.4/dev-guide/api_reference_v3/>. Keys and values are in base64, 64-bit numbers are strings,
//! and what has its default value is left out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Bytes, which are base64 on the way.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Bytes {
        Bytes(bytes.to_owned())
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD
            .decode(text)
            .map(Bytes)
            .map_err(serde::de::Error::custom)
    }
}

/// A 64-bit number, which is a string on the way. Nothing that is counted here is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Number(pub(crate) u64);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Number).map_err(serde::de::Error::custom)
    }
}

/// `RangeRequest`. Without `serializable` it is linearizable: it sees all that was acknowledged before it was sent.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Range {
    pub(crate) key: Bytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) range_end: Option<Bytes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<Number>,
    /// As it was at this revision; the newest by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<Number>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) keys_only: bool,
}

impl Range {
    /// One key.
    pub(crate) fn of(key: &[u8]) -> Range {
        Range {
            key: key.into(),
            ..Range::default()
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Put {
    pub(crate) key: Bytes,
    pub(crate) value: Bytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lease: Option<Number>,
}

/// One operation of a transaction.
#[derive(Debug, Clone, Serialize)]
pub(crate) enum Operation {
    #[serde(rename = "requestRange")]
    Range(Range),
    #[serde(rename = "requestPut")]
    Put(Put),
}

/// That a key was last changed at this revision; 0: that there is no such key.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Compare {
    key: Bytes,
    target: &'static str,
    result: &'static str,
    mod_revision: Number,
}

impl Compare {
    pub(crate) fn is_at(key: &[u8], revision: u64) -> Compare {
        Compare {
            key: key.into(),
            target: "MOD",
            result: "EQUAL",
            mod_revision: Number(revision),
        }
    }
}

/// `TxnRequest`: all of `success` when everything compares, else `failure`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Transaction {
    pub(crate) compare: Vec<Compare>,
    pub(crate) success: Vec<Operation>,
    pub(crate) failure: Vec<Operation>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct LeaseGrant {
    #[serde(rename = "TTL")]
    pub(crate) ttl: Number,
}

/// `LeaseKeepAliveRequest` and `LeaseRevokeRequest`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LeaseId {
    #[serde(rename = "ID")]
    pub(crate) id: Number,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Authenticate<'a> {
    pub(crate) name: &'a str,
    pub(crate) password: &'a str,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Header {
    pub(crate) revision: Number,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeyValue {
    pub(crate) key: Bytes,
    pub(crate) mod_revision: Number,
    pub(crate) value: Bytes,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RangeReply {
    /// It is in every reply of etcd, and so tells that this is one.
    #[serde(rename = "header")]
    _header: Header,
    #[serde(default)]
    pub(crate) kvs: Vec<KeyValue>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TransactionReply {
    pub(crate) header: Header,
    #[serde(default)]
    pub(crate) succeeded: bool,
    #[serde(default)]
    pub(crate) responses: Vec<Response>,
}

/// What one operation answered. Of what is only done nothing needs to be known.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Response {
    #[serde(alias = "responseRange")]
    response_range: Option<RangeReply>,
}

impl TransactionReply {
    /// The key that the range at this place of the operations found; `None` when there was none.
    pub(crate) fn found(&self, place: usize) -> Option<&KeyValue> {
        self.responses
            .get(place)?
            .response_range
            .as_ref()?
            .kvs
            .first()
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct LeaseReply {
    #[serde(rename = "ID")]
    pub(crate) id: Number,
    /// In seconds. A lease that is no more has none.
    #[serde(rename = "TTL", default)]
    pub(crate) ttl: Number,
}

/// A stream of one message: the gateway wraps each.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Streamed<T> {
    pub(crate) result: T,
}

/// A reply of which nothing needs to be known but that it is one.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Done {
    #[serde(rename = "header")]
    _header: Header,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TokenReply {
    pub(crate) token: String,
}

/// Why etcd did not do it: a gRPC status code, and a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "ErrorForms")]
pub(crate) struct ErrorReply {
    pub(crate) code: i64,
    pub(crate) message: String,
}

/// The gateway has one form of an error for a reply, and another for a stream of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum ErrorForms {
    Reply {
        code: i64,
        message: String,
    },
    /// The text stands under `error` alone in some versions.
    Short {
        code: i64,
        error: String,
    },
    Streamed {
        error: StreamedError,
    },
}

#[derive(Deserialize)]
struct StreamedError {
    #[serde(alias = "code")]
    grpc_code: i64,
    message: String,
}

impl From<ErrorForms> for ErrorReply {
    fn from(form: ErrorForms) -> ErrorReply {
        let (code, message) = match form {
            ErrorForms::Reply { code, message } => (code, message),
            ErrorForms::Short { code, error } => (code, error),
            ErrorForms::Streamed { error } => (error.grpc_code, error.message),
        };
        ErrorReply { code, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
        serde_json::from_str(text).expect(text)
    }

    /// As etcd 3.4.23 has sent them.
    #[test]
    fn replies_of_etcd_are_read() {
        let header =
            r#""header":{"cluster_id":"1","member_id":"2","revision":"7","raft_term":"2"}"#;
        let none: RangeReply = read(&format!("{{{header}}}"));
        assert!(none.kvs.is_empty());
        let key = r#"{"key":"YQ==","create_revision":"2","mod_revision":"5","version":"1","value":"e30="}"#;
        let one: RangeReply = read(&format!(r#"{{{header},"kvs":[{key}],"count":"1"}}"#));
        assert_eq!(one.kvs[0].mod_revision, Number(5));
        assert_eq!(one.kvs[0].value.0, b"{}");
        let done: TransactionReply = read(&format!(
            r#"{{{header},"succeeded":true,"responses":[{{"response_put":{{"header":{{"revision":"7"}}}}}}]}}"#
        ));
        assert_eq!((done.succeeded, done.header.revision), (true, Number(7)));
        let not: TransactionReply = read(&format!(
            r#"{{{header},"responses":[{{"response_range":{{{header},"kvs":[{key}]}}}},{{"response_range":{{{header}}}}}]}}"#
        ));
        assert!(!not.succeeded);
        assert_eq!(
            not.found(0).map(|found| found.mod_revision),
            Some(Number(5))
        );
        assert!(not.found(1).is_none() && not.found(2).is_none());
        let kept: Streamed<LeaseReply> = read(&format!(r#"{{"result":{{{header},"ID":"123"}}}}"#));
        assert_eq!((kept.result.id, kept.result.ttl), (Number(123), Number(0)));
    }

    #[test]
    fn errors_of_etcd_are_read_in_each_of_their_forms() {
        for text in [
            r#"{"error":"gone","message":"gone","code":5}"#,
            r#"{"error":"gone","code":5}"#,
            r#"{"message":"gone","code":5,"details":[]}"#,
            r#"{"error":{"grpc_code":5,"http_code":404,"message":"gone","http_status":"Not Found"}}"#,
        ] {
            let ErrorReply { code, message } = read(text);
            assert_eq!((code, message.as_str()), (5, "gone"), "{text}");
        }
    }

    #[test]
    fn nonsense_is_an_error_and_nothing_else() {
        for text in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"header":null}"#,
            r#"{"header":{"revision":"-1"}}"#,
            r#"{"header":{"revision":"99999999999999999999"}}"#,
            r#"{"header":{},"kvs":[{"value":"&&"}]}"#,
        ] {
            assert!(serde_json::from_str::<RangeReply>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_transaction_is_sent_as_etcd_reads_it() {
        let transaction = Transaction {
            compare: vec![Compare::is_at(b"a", u64::MAX)],
            success: vec![Operation::Put(Put {
                key: b"a"[..].into(),
                value: b"{}"[..].into(),
                lease: Some(Number(3)),
            })],
            failure: vec![Operation::Range(Range::of(b"b"))],
        };
        assert_eq!(
            serde_json::to_string(&transaction).expect("it is sent"),
            concat!(
                r#"{"compare":[{"key":"YQ==","target":"MOD","result":"EQUAL","mod_revision":"18446744073709551615"}],"#,
                r#""success":[{"requestPut":{"key":"YQ==","value":"e30=","lease":"3"}}],"#,
                r#""failure":[{"requestRange":{"key":"Yg=="}}]}"#
            )
        );
    }
}
