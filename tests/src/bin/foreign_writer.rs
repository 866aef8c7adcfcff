//! A program that shares a document with amend by taking the lock, and knows nothing else of amend.
//!
//!     foreign_writer KIND DOCUMENT NAME USER PAUSE [COUNT]
//!
//! KIND is how it writes while it holds the lock:
//!
//! - `replace`: a temporary file, fsync, rename; it appends a token to `/log`.
//! - `unsynced`: the same without fsync.
//! - `in-place`: over the six digits of the counter `/NAME`, so that the size stays; it adds one.
//! - `rewrite`: the whole text after truncating the file; it appends a token to `/log`.
//!
//! - `careless`: as `rewrite`, without the lock, and the same text again.
//!
//! It reports as `storm_writer` does, pauses for up to PAUSE milliseconds after each update, and ends when standard input
//! does, or after COUNT updates. USER is a user's number, or `-`.

use amend_tests::attempt::{Change, Line, Outcome, now};
use amend_tests::user::USERS;
use anyhow::{Context, bail};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, fchown};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

static IS_OVER: AtomicBool = AtomicBool::new(false);

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [kind, document, name, user, pause, rest @ ..] = args.as_slice() else {
        bail!("usage: foreign_writer KIND DOCUMENT NAME USER PAUSE [COUNT]");
    };
    if user != "-" {
        let user = USERS.iter().find(|known| known.id.to_string() == *user);
        user.context("this is none of the users")?.become_it()?;
    }
    let pause: u64 = pause.parse()?;
    let count = rest.first().map_or(Ok(u64::MAX), |count| count.parse())?;
    thread::spawn(|| {
        let ended = std::io::stdin().read_to_end(&mut Vec::new());
        IS_OVER.store(true, Ordering::Relaxed);
        ended
    });
    let document = Path::new(document);
    for number in 0..count {
        if IS_OVER.load(Ordering::Relaxed) {
            break;
        }
        let token = format!("{name}-{number}");
        let change = match kind.as_str() {
            "in-place" => Change::Count,
            "careless" => Change::Nothing,
            _ => Change::Append,
        };
        let Some(lock) = open_lock(document) else {
            break;
        };
        if kind != "careless" {
            lock.lock()?;
        }
        let begin = Line::Begin {
            token: token.clone(),
            change,
            at: now(),
            limit: None,
        };
        begin.print()?;
        match kind.as_str() {
            "replace" => replace(document, name, &token, true),
            "unsynced" => replace(document, name, &token, false),
            "in-place" => count_in_place(document, name),
            "rewrite" => rewrite(document, &with_token(&fs::read(document)?, &token)?),
            "careless" => rewrite_as_found(document),
            _ => bail!("{kind} is not a kind"),
        }
        .with_context(|| format!("{kind} {name}"))?;
        drop(lock);
        let end = Line::End {
            token,
            at: now(),
            outcome: Outcome::Acknowledged,
            saw: None,
        };
        end.print()?;
        thread::sleep(Duration::from_micros(fastrand::u64(..=1000 * pause)));
    }
    Ok(())
}

/// Opens the lock file for reading, which is enough for `flock`; makes it where there is none. `None` when the test asks it
/// to end meanwhile.
fn open_lock(document: &Path) -> Option<File> {
    let mut path = document.as_os_str().to_owned();
    path.push(".lock");
    while !IS_OVER.load(Ordering::Relaxed) {
        if let Ok(file) = File::open(&path) {
            return Some(file);
        }
        // A user that may not make it waits for one that may.
        if let Ok(file) = File::options().append(true).create_new(true).open(&path) {
            return Some(file);
        }
        thread::sleep(Duration::from_millis(1));
    }
    None
}

fn with_token(text: &[u8], token: &str) -> anyhow::Result<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(text)
        .with_context(|| format!("{:?}", String::from_utf8_lossy(text)))?;
    let log = document["log"].as_array_mut().context("the log is gone")?;
    log.push(token.into());
    Ok(serde_json::to_vec(&document)?)
}

fn replace(document: &Path, name: &str, token: &str, is_synced: bool) -> anyhow::Result<()> {
    let old = fs::metadata(document)?;
    let text = with_token(&fs::read(document)?, token)?;
    let temp = document.with_file_name(format!("{name}.new"));
    let mut file = File::create_new(&temp)?;
    fchown(&file, None, Some(old.gid()))?;
    file.set_permissions(fs::Permissions::from_mode(old.mode() & 0o777))?;
    file.write_all(&text)?;
    if is_synced {
        file.sync_all()?;
    }
    fs::rename(&temp, document)?;
    Ok(())
}

/// Does nothing while another program is writing, as far as can be seen.
fn rewrite_as_found(document: &Path) -> anyhow::Result<()> {
    let text = fs::read(document)?;
    if serde_json::from_slice::<Value>(&text).is_err() {
        return Ok(());
    }
    rewrite(document, &text)
}

fn rewrite(document: &Path, text: &[u8]) -> anyhow::Result<()> {
    let mut file = File::options().write(true).truncate(true).open(document)?;
    // In two pieces: a reader without the lock sees an empty file, then half of one.
    let (first, second) = text.split_at(text.len() / 2);
    file.write_all(first)?;
    file.write_all(second)?;
    Ok(())
}

fn count_in_place(document: &Path, name: &str) -> anyhow::Result<()> {
    let file = File::options().read(true).write(true).open(document)?;
    let mut text = String::new();
    (&file).read_to_string(&mut text)?;
    let member = format!("\"{name}\"");
    let at = text.find(&member).context("the counter is gone")? + member.len();
    let digits = text[at..].find(|c: char| c.is_ascii_digit());
    let at = at + digits.context("the counter has no digits")?;
    let count: u64 = text.get(at..at + 6).context("six digits")?.parse()?;
    file.write_all_at(format!("{:06}", count + 1).as_bytes(), at as u64)?;
    file.sync_data()?;
    Ok(())
}
