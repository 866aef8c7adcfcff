//! One request to one member, over HTTP.

use crate::error::Error;
use crate::etcd::answer::{Failure, Fate, failure};
use crate::etcd::options::EtcdOptions;
use crate::etcd::tls::configure;
use crate::etcd_error::EtcdProblem;
use std::io;
use std::time::Duration;
use ureq::{Agent, Timeout};

/// How many bytes an answer has besides a document, at most.
const REST_OF_ANSWER: u64 = 1 << 20;

/// Connections to the members, kept open for the next request.
#[derive(Debug)]
pub(crate) struct Transport {
    agent: Agent,
    scheme: &'static str,
    /// The most bytes an answer may have.
    limit: u64,
}

impl Transport {
    pub(crate) fn new(options: &EtcdOptions) -> Result<Transport, Error> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // A member answers itself. What sends us elsewhere is something else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A proxy for pages is none for a cluster.
            .proxy(None)
            .timeout_connect(Some(options.request_timeout))
            .max_idle_connections_per_host(16)
            .max_idle_connections(64);
        if let Some(tls) = &options.tls {
            config = config.tls_config(configure(tls)?);
        }
        let document = options.store.limits.size as u64;
        Ok(Transport {
            agent: config.build().new_agent(),
            scheme: if options.tls.is_some() {
                "https"
            } else {
                "http"
            },
            // In base64, three bytes are four.
            limit: (document / 3)
                .saturating_mul(4)
                .saturating_add(REST_OF_ANSWER),
        })
    }

    /// Sends a request, and reads what comes back. It is sent once at most, whatever happens.
    pub(crate) fn post(
        &self,
        member: &str,
        path: &str,
        token: Option<&str>,
        body: &[u8],
        timeout: Duration,
    ) -> Result<Vec<u8>, Failure> {
        let uri = format!("{}://{member}/v3/{path}", self.scheme);
        let mut request = self.agent.post(uri).content_type("application/json");
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        let request = request.config().timeout_global(Some(timeout)).build();
        let mut response = request.send(body).map_err(|error| lost(member, &error))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(self.limit);
        let body = body.read_to_vec().map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(limit) => {
                let message = format!(
                    "the answer has more than {limit} bytes (the limit on a document's size)"
                );
                Failure::new(
                    member,
                    Fate::Unknown,
                    EtcdProblem::NotEtcd { reason: message },
                )
            }
            error => lost(member, &error),
        })?;
        if status == 200 {
            Ok(body)
        } else {
            Err(failure(member, status, &body))
        }
    }
}

/// What an error of the connection says about the request.
///
/// Only what is certain counts as not sent: the request is written after the connection has been made, so what can only
/// happen before that. A broken connection may have been one that was kept open, and a handshake that fails in TLS 1.3
/// may do so after the request was written.
fn lost(member: &str, error: &ureq::Error) -> Failure {
    let reason = error.to_string();
    let (fate, problem) = match error {
        ureq::Error::HostNotFound => (
            Fate::NotSent,
            EtcdProblem::Unreachable {
                reason: "there is no such host".to_owned(),
            },
        ),
        ureq::Error::ConnectionFailed
        | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect)
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::InvalidProxyUrl => (Fate::NotSent, EtcdProblem::Unreachable { reason }),
        ureq::Error::Io(source) if source.kind() == io::ErrorKind::ConnectionRefused => {
            (Fate::NotSent, EtcdProblem::Unreachable { reason })
        }
        ureq::Error::Protocol(_) => (Fate::Unknown, EtcdProblem::NotEtcd { reason }),
        _ => (Fate::Unknown, EtcdProblem::NoAnswer { reason }),
    };
    Failure::new(member, fate, problem)
}
