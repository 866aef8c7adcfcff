//! Which documents a prefix has.

use crate::error::Error;
use crate::etcd::client::Client;
use crate::etcd::messages::{Bytes, Number, Range, RangeReply};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// So many keys are asked for at once.
const PAGE: u64 = 1000;

/// The paths below a prefix, which ends without a slash, of all keys there, in order.
pub(crate) fn list(
    client: &Client,
    prefix: &str,
    shown: &Path,
    until: Option<Instant>,
) -> Result<Vec<PathBuf>, Error> {
    let first = format!("{prefix}/").into_bytes();
    // The keys that begin with a slash here are those before the one with the next byte in its place.
    let end = format!("{prefix}0").into_bytes();
    let mut next = first.clone();
    let mut found = Vec::new();
    loop {
        let request = Range {
            key: Bytes(next.clone()),
            range_end: Some(Bytes(end.clone())),
            limit: Some(Number(PAGE)),
            keys_only: true,
            ..Range::default()
        };
        let reply: RangeReply =
            client
                .ask("kv/range", &request, until)
                .map_err(|failure| Error::Etcd {
                    path: shown.to_owned(),
                    source: failure.error,
                })?;
        let Some(last) = reply.kvs.last() else {
            return Ok(found);
        };
        // Behind the last one: no key stands between it and itself with a zero byte.
        next = [last.key.0.as_slice(), b"\0"].concat();
        let is_all = (reply.kvs.len() as u64) < PAGE;
        let below = reply
            .kvs
            .iter()
            .filter_map(|one| one.key.0.strip_prefix(first.as_slice()));
        found.extend(below.map(|path| PathBuf::from(OsStr::from_bytes(path))));
        if is_all {
            return Ok(found);
        }
    }
}
