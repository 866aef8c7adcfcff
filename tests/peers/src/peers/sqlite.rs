//! SQLite: a table of documents, changed by its JSON functions, each update a transaction of its own. A write-ahead log
//! and `synchronous=FULL`, without which a power failure can take what was acknowledged
//! (<https://www.sqlite.org/pragma.html#pragma_synchronous>).

use crate::peer::{Change, Handle, Opened, Peer};
use anyhow::ensure;
use rusqlite::{Connection, params, params_from_iter};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Documents as text, or in SQLite's binary form (<https://www.sqlite.org/jsonb.html>).
pub(crate) struct Sqlite {
    pub(crate) jsonb: bool,
}

struct Database {
    file: PathBuf,
    jsonb: bool,
}

impl Database {
    fn connect(&self) -> anyhow::Result<Connection> {
        let connection = Connection::open(&self.file)?;
        // It polls, with a wait between: nobody gives up in a benchmark.
        connection.busy_timeout(Duration::from_secs(300))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        Ok(connection)
    }
}

impl Sqlite {
    fn database(&self, directory: &Path) -> Database {
        Database {
            file: directory.join("documents.sqlite"),
            jsonb: self.jsonb,
        }
    }
}

impl Peer for Sqlite {
    fn create(&self, directory: &Path, names: &[String], text: &str) -> anyhow::Result<()> {
        let mut connection = self.database(directory).connect()?;
        connection.execute("CREATE TABLE documents (name TEXT PRIMARY KEY, body)", [])?;
        let body = if self.jsonb { "jsonb(?2)" } else { "?2" };
        let transaction = connection.transaction()?;
        {
            let insert = format!("INSERT INTO documents VALUES (?1, {body})");
            let mut insert = transaction.prepare(&insert)?;
            for name in names {
                insert.execute(params![name, text])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    fn open(&self, directory: &Path) -> anyhow::Result<Box<dyn Opened>> {
        Ok(Box::new(self.database(directory)))
    }
}

impl Opened for Database {
    fn handle(&self) -> anyhow::Result<Box<dyn Handle + Send + '_>> {
        Ok(Box::new(One {
            connection: self.connect()?,
            function: if self.jsonb { "jsonb_set" } else { "json_set" },
        }))
    }
}

struct One {
    connection: Connection,
    function: &'static str,
}

impl Handle for One {
    fn add_one(&mut self, document: &str) -> anyhow::Result<()> {
        let update = format!(
            "UPDATE documents SET body = {}(body, '$.count', body ->> '$.count' + 1) WHERE name = ?1",
            self.function
        );
        let mut update = self.connection.prepare_cached(&update)?;
        ensure!(update.execute([document])? == 1, "there is no document");
        Ok(())
    }

    fn set(&mut self, document: &str, changes: &[Change]) -> anyhow::Result<()> {
        let places: String = (0..changes.len())
            .map(|at| format!(", ?{}, json(?{})", 2 * at + 2, 2 * at + 3))
            .collect();
        let update = format!(
            "UPDATE documents SET body = {}(body{places}) WHERE name = ?1",
            self.function
        );
        let mut values = vec![document.to_owned()];
        for change in changes {
            let keys = change.keys.iter().map(|key| format!(".\"{key}\""));
            values.push(format!("${}", keys.collect::<String>()));
            values.push(change.json.clone());
        }
        let mut update = self.connection.prepare_cached(&update)?;
        let changed = update.execute(params_from_iter(values))?;
        ensure!(changed == 1, "there is no document");
        Ok(())
    }

    fn text(&mut self, document: &str) -> anyhow::Result<String> {
        let select = "SELECT json(body) FROM documents WHERE name = ?1";
        Ok(self
            .connection
            .query_row(select, [document], |row| row.get(0))?)
    }
}
