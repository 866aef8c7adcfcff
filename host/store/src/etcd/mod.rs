//! Documents in etcd.
//!
//! A document is the value of one key. To change it is one transaction that compares the key's `mod_revision` with
//! that of the document the change was made from, and so is applied to that one or not at all. The way of an update:
//!
//! 1. [`batch`] reads the document and asks the updaters of all threads that wait, each on the result of the one before
//!    it, as files do under their lock. It begins again when somebody was faster.
//! 2. [`write`] sends the transaction, and [`fence`] finds out what became of one that was not answered.
//! 3. [`session`] keeps the lease and the marks ([`mark`]) that make that possible.
//! 4. [`client`] asks one member after another; [`transport`] is HTTP, [`answer`] what may come back, and [`answers`] the
//!    table of what that proves.
//!
//! All of it speaks to the JSON gateway that every member serves beside gRPC since etcd 3.4
//! (<https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/>), so there is no asynchronous runtime in here.

mod address;
mod answer;
mod answers;
mod backoff;
mod batch;
mod client;
mod cluster;
mod fence;
mod list;
mod mark;
mod messages;
mod options;
mod place;
mod session;
mod tls;
mod transport;
mod write;

pub(crate) use address::above;
pub(crate) use cluster::Cluster;
pub use options::{EtcdOptions, MAX_REQUEST, REQUEST_TIMEOUT};
