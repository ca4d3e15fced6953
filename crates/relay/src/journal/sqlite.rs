//! The journal in one SQLite file, written by one thread. What waits there together is committed
//! together: one flush to the disk serves many.
//!
//! One process has the file for itself, or several of one machine share it: then each names itself
//! at its calls, and the time that all go by is the machine's.

use super::{
    ALIVE, BATCHED, Broken, Call, Credits, Entry, Head, Journal, Keep, Later, Number, Spent,
    Ticket, Today, headers_from_text, headers_to_text,
};
use axum::body::Bytes;
use axum::http::StatusCode;
use rusqlite::{Connection, OptionalExtension as _, ToSql, params};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, oneshot};

/// How many jobs may wait for the thread, and be committed as one.
const WAITING: usize = 64;

/// Days over which the dearest call is taken for what the next may cost.
const PRICE_DAYS: i64 = 7;

/// How long one waits for another process that writes.
const BUSY: Duration = Duration::from_secs(20);

const DAY: i64 = 24 * 60 * 60;

/// Makes the tables of version 1, if there are none.
const FIRST: &str = "
    CREATE TABLE IF NOT EXISTS call (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        hash BLOB NOT NULL,
        sent INTEGER NOT NULL,
        status INTEGER,
        headers TEXT,
        pieces INTEGER,
        length INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX IF NOT EXISTS call_by_age ON call (sent);
    CREATE TABLE IF NOT EXISTS piece (
        call INTEGER NOT NULL REFERENCES call ON DELETE CASCADE,
        at INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        UNIQUE (call, at)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS spent (
        day INTEGER PRIMARY KEY,
        calls INTEGER NOT NULL DEFAULT 0,
        credits INTEGER NOT NULL DEFAULT 0,
        dearest INTEGER
    ) STRICT;
";

/// Makes version 2 of them: who sent a call, who set credits aside before a price was known, and
/// who lives.
const SECOND: &str = "
    ALTER TABLE call ADD COLUMN process TEXT;
    ALTER TABLE spent ADD COLUMN unpriced INTEGER;
    ALTER TABLE spent ADD COLUMN unpriced_mark INTEGER;
    ALTER TABLE spent ADD COLUMN unpriced_by TEXT;
    CREATE TABLE alive (process TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT;
    CREATE TABLE batch (
        id TEXT PRIMARY KEY,
        owner TEXT,
        hash BLOB NOT NULL,
        parameters TEXT NOT NULL,
        touched INTEGER NOT NULL,
        total INTEGER NOT NULL DEFAULT 0,
        done INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        uncertain INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE item (
        at INTEGER PRIMARY KEY AUTOINCREMENT,
        batch TEXT NOT NULL REFERENCES batch ON DELETE CASCADE,
        number INTEGER NOT NULL,
        input BLOB,
        state INTEGER NOT NULL DEFAULT 0,
        status INTEGER,
        error TEXT,
        taken TEXT,
        UNIQUE (batch, number)
    ) STRICT;
    CREATE INDEX item_waiting ON item (at) WHERE state = 0;
    PRAGMA user_version = 2;
";

/// Makes version 3: what is sent again, or cancelled, and how much batches take.
const THIRD: &str = "
    ALTER TABLE batch ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE item ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE item ADD COLUMN unwanted INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX call_of_batch ON call (substr(key, 2, 32), length) WHERE substr(key, 1, 1) = char(10);
    PRAGMA user_version = 3;
";

/// How many pictures of batches that are gone are forgotten at once: others wait for it.
const SWEPT: u32 = 500;

/// As long as no price is known, credits are only what was set aside; by a process that is gone.
const FORGET: &str = "
    DELETE FROM alive;
    UPDATE spent SET credits = 0, unpriced = NULL WHERE NOT EXISTS (SELECT 1 FROM spent WHERE dearest IS NOT NULL)
";

/// Runs in the thread; tells its outcome once it is known whether it was committed.
type Job = Box<dyn FnOnce(&Connection) -> Tell + Send>;
type Tell = Box<dyn FnOnce(Result<(), Broken>) + Send>;

/// A journal in a file, or in memory.
pub struct Sqlite {
    jobs: mpsc::Sender<Job>,
    /// The process's own name.
    pub(crate) me: String,
    shared: bool,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    #[error("another program uses it")]
    Taken,
    #[error("{0}")]
    Folder(std::io::Error),
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
}

impl Sqlite {
    /// Opens or makes the file, for this process alone and for this user alone.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn open(path: &Path) -> Result<Self, NotOpened> {
        Self::start(file(path)?, false)
    }

    /// Opens or makes the file, for all processes of this user on this machine.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn share(path: &Path) -> Result<Self, NotOpened> {
        Self::start(file(path)?, true)
    }

    /// One that ends with the process.
    ///
    /// # Errors
    /// [`NotOpened`], as when there is no memory.
    pub fn in_memory() -> Result<Self, NotOpened> {
        Self::start(Connection::open_in_memory()?, false)
    }

    fn start(db: Connection, shared: bool) -> Result<Self, NotOpened> {
        match prepare(&db, shared) {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                return Err(NotOpened::Taken);
            }
            prepared => prepared?,
        }
        let (jobs, waiting) = mpsc::channel(WAITING);
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || work(&db, waiting, shared))
            .map_err(NotOpened::Folder)?;
        let me = format!("{:016x}", fastrand::u64(..));
        Ok(Self { jobs, me, shared })
    }

    /// Has something written; it is done once it is committed.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Later<'_, T> {
        self.ask(true, |db| alone(db, job))
    }

    /// Has something read; a full disk does not keep it from that.
    pub(crate) fn look<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Later<'_, T> {
        self.ask(false, job)
    }

    fn ask<T: Send + 'static>(
        &self,
        writes: bool,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Later<'_, T> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |db| {
            let outcome = job(db).map_err(|error| Broken(error.to_string()));
            Box::new(move |committed| {
                let _ = tell.send(if writes { committed.and(outcome) } else { outcome });
            })
        });
        Box::pin(async move {
            let gone = || Broken("its thread has ended".to_owned());
            self.jobs.send(job).await.map_err(|_| gone())?;
            told.await.map_err(|_| gone())?
        })
    }
}

/// The file, readable by this user alone.
fn file(path: &Path) -> Result<Connection, NotOpened> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(NotOpened::Folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(NotOpened::Folder)?;
    Ok(Connection::open(path)?)
}

fn prepare(db: &Connection, shared: bool) -> rusqlite::Result<()> {
    if shared {
        // Others write for milliseconds; a disk that is busy may take longer.
        db.busy_timeout(BUSY)?;
    } else {
        // The lock is the process's: it goes with it, however it ends.
        db.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    }
    db.execute_batch(
        "PRAGMA auto_vacuum = INCREMENTAL;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA journal_size_limit = 16777216;
         BEGIN EXCLUSIVE;",
    )?;
    db.execute_batch(FIRST)?;
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version < 2 {
        db.execute_batch(SECOND)?;
    }
    if version < 3 {
        db.execute_batch(THIRD)?;
    }
    if !shared {
        db.execute_batch(FORGET)?;
    }
    db.execute_batch("COMMIT")
}

/// The thread: takes what waits, does it, commits it, and only then tells.
fn work(db: &Connection, mut jobs: mpsc::Receiver<Job>, shared: bool) {
    // Where several write, a transaction that begins by reading could not go on to write.
    let begin = if shared { "BEGIN IMMEDIATE" } else { "BEGIN" };
    while let Some(first) = jobs.blocking_recv() {
        let begun = db.execute_batch(begin);
        let mut told = Vec::new();
        let mut next = Some(first);
        while let Some(job) = next {
            told.push(job(db));
            // A full disk may have ended the transaction.
            let go_on = told.len() < WAITING && !db.is_autocommit();
            next = if go_on { jobs.try_recv().ok() } else { None };
        }
        let committed = match begun {
            Ok(()) if db.is_autocommit() => Err(Broken("it was rolled back".to_owned())),
            Ok(()) => db.execute_batch("COMMIT").map_err(|error| Broken(error.to_string())),
            Err(error) => Err(Broken(error.to_string())),
        };
        if committed.is_err() && !db.is_autocommit() {
            let _ = db.execute_batch("ROLLBACK");
        }
        for tell in told {
            tell(committed.clone());
        }
    }
}

/// Does all of a job or none of it, whatever becomes of the others.
fn alone<T>(
    db: &Connection,
    job: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    if db.is_autocommit() {
        // Without a transaction it would be kept by itself, and reported as lost.
        return Err(rusqlite::Error::InvalidQuery);
    }
    db.execute_batch("SAVEPOINT job")?;
    match job(db) {
        Ok(done) => db.execute_batch("RELEASE job").map(|()| done),
        Err(error) => {
            let _ = db.execute_batch("ROLLBACK TO job; RELEASE job");
            Err(error)
        }
    }
}

pub(crate) fn execute(
    db: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<usize> {
    db.prepare_cached(sql)?.execute(values)
}

pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn today(db: &Connection, day: i64) -> rusqlite::Result<Today> {
    db.prepare_cached("SELECT calls, credits FROM spent WHERE day = ?")?
        .query_row([day], |row| Ok(Today { calls: row.get(0)?, credits: row.get(1)? }))
        .optional()
        .map(Option::unwrap_or_default)
}

/// Takes a call's share: one call, and what it may cost.
fn reserve(
    db: &Connection,
    call: &Call,
    me: &str,
    now: i64,
) -> rusqlite::Result<Result<Ticket, Spent>> {
    let day = now / DAY;
    // What a process set aside that died before it knew the price.
    execute(
        db,
        "UPDATE spent SET credits = credits - unpriced, unpriced = NULL
         WHERE day = ?1 AND unpriced IS NOT NULL AND unpriced_by <> ?2
         AND unpriced_by NOT IN (SELECT process FROM alive WHERE until > ?3)",
        params![day, me, now],
    )?;
    let spent = today(db, day)?;
    if call.budget.calls.is_some_and(|most| spent.calls >= most) {
        return Ok(Err(Spent::Day));
    }
    let price: Option<Credits> = db
        .prepare_cached("SELECT max(dearest) FROM spent WHERE day > ?")?
        .query_row([day - PRICE_DAYS], |row| row.get(0))?;
    let reserved = match (call.budget.credits, price) {
        (None, _) => 0,
        (Some(most), Some(price)) if spent.credits + price > most => {
            return Ok(Err(Spent::Day));
        }
        (Some(_), Some(price)) => price,
        // Whatever it costs, no second call may be added to it before that is known.
        (Some(most), None) if spent.credits < most => most - spent.credits,
        (Some(_), None) => return Ok(Err(Spent::Waiting)),
    };
    execute(
        db,
        "INSERT INTO spent (day, calls, credits) VALUES (?1, 1, ?2)
         ON CONFLICT (day) DO UPDATE SET calls = calls + 1, credits = credits + ?2",
        params![day, reserved],
    )?;
    let (price_known, mark) = (price.is_some(), fastrand::i64(1..));
    if reserved > 0 && !price_known {
        execute(
            db,
            "UPDATE spent SET unpriced = ?2, unpriced_mark = ?3, unpriced_by = ?4 WHERE day = ?1",
            params![day, reserved, mark, me],
        )?;
    }
    Ok(Ok(Ticket { number: None, day, reserved, price_known, mark }))
}

/// Puts what a call did cost in the place of what was set aside.
fn correct(
    db: &Connection,
    ticket: &Ticket,
    calls: i64,
    cost: Credits,
    price: Option<Credits>,
) -> rusqlite::Result<()> {
    let unpriced = "UPDATE spent SET unpriced = NULL
                    WHERE day = ? AND unpriced IS NOT NULL AND unpriced_mark = ?";
    let held = ticket.price_known
        || ticket.reserved == 0
        || execute(db, unpriced, params![ticket.day, ticket.mark])? > 0;
    // Else it was given back already, as this process was taken for dead.
    let reserved = if held { ticket.reserved } else { 0 };
    execute(
        db,
        "UPDATE spent SET calls = calls + ?2, credits = credits + ?3,
            dearest = CASE WHEN ?4 IS NULL THEN dearest ELSE max(coalesce(dearest, 0), ?4) END
         WHERE day = ?1",
        params![ticket.day, calls, cost - reserved, price],
    )
    .map(|_| ())
}

fn length_of(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Journal for Sqlite {
    fn find(&self, key: &str) -> Later<'_, Option<Entry>> {
        let (key, me) = (key.to_owned(), self.me.clone());
        self.look(move |db| {
            db.prepare_cached(
                "SELECT number, hash, status, headers, pieces, length, process <> ?2 AND EXISTS (
                    SELECT 1 FROM alive WHERE alive.process = call.process AND until > ?3
                 ) FROM call WHERE key = ?1",
            )?
            .query_row(params![key, me, now()], |row| {
                let status: Option<u16> = row.get(2)?;
                let status = status.and_then(|status| StatusCode::from_u16(status).ok());
                let answer = match status {
                    None => None,
                    Some(status) => Some(Head {
                        status,
                        headers: headers_from_text(&row.get::<_, String>(3)?),
                        pieces: row.get(4)?,
                        length: row.get(5)?,
                    }),
                };
                let elsewhere = row.get::<_, Option<bool>>(6)?.unwrap_or_default();
                Ok(Entry { number: row.get(0)?, hash: row.get(1)?, answer, elsewhere })
            })
            .optional()
        })
    }

    fn send(&self, call: Call) -> Later<'_, Result<Ticket, Spent>> {
        let (me, shared) = (self.me.clone(), self.shared);
        self.write(move |db| {
            let now = now();
            if shared && let Some(key) = &call.key {
                let sql = "SELECT 1 FROM call WHERE key = ?";
                if db.prepare_cached(sql)?.exists([key])? {
                    return Ok(Err(Spent::Taken));
                }
            }
            let ticket = match reserve(db, &call, &me, now)? {
                Ok(ticket) => ticket,
                Err(spent) => return Ok(Err(spent)),
            };
            let Some(key) = call.key else { return Ok(Ok(ticket)) };
            execute(
                db,
                "INSERT INTO call (key, hash, sent, process) VALUES (?, ?, ?, ?)",
                params![key, call.hash, now, me],
            )?;
            Ok(Ok(Ticket { number: Some(db.last_insert_rowid()), ..ticket }))
        })
    }

    fn piece(&self, number: Number, at: usize, bytes: Bytes) -> Later<'_, ()> {
        self.write(move |db| keep(db, number, at, &bytes))
    }

    fn settle(
        &self,
        ticket: Ticket,
        head: Head,
        last: Option<Bytes>,
        cost: Option<Credits>,
    ) -> Later<'_, ()> {
        self.write(move |db| {
            // Without a word about its price, a call costs what one did before, if that is known.
            let untold = if ticket.price_known { ticket.reserved } else { 0 };
            correct(db, &ticket, 0, cost.unwrap_or(untold), cost)?;
            let Some(number) = ticket.number else { return Ok(()) };
            if let Some(last) = last {
                keep(db, number, head.pieces.saturating_sub(1), &last)?;
            }
            execute(
                db,
                "UPDATE call SET status = ?2, headers = ?3, pieces = ?4, length = ?5
                 WHERE number = ?1",
                params![
                    number,
                    head.status.as_u16(),
                    headers_to_text(&head.headers),
                    head.pieces,
                    length_of(head.length)
                ],
            )
            .map(|_| ())
        })
    }

    fn undo(&self, ticket: Ticket, cost: Option<Credits>) -> Later<'_, ()> {
        self.write(move |db| {
            correct(db, &ticket, -1, cost.unwrap_or(0), None)?;
            execute(db, "DELETE FROM call WHERE number = ?", params![ticket.number]).map(|_| ())
        })
    }

    fn give_up(&self, ticket: Ticket) -> Later<'_, ()> {
        self.write(move |db| match ticket.price_known {
            true => Ok(()),
            false => correct(db, &ticket, 0, 0, None),
        })
    }

    fn read(&self, number: Number, at: usize) -> Later<'_, Option<Bytes>> {
        self.look(move |db| {
            db.prepare_cached("SELECT bytes FROM piece WHERE call = ? AND at = ?")?
                .query_row(params![number, at], |row| row.get::<_, Vec<u8>>(0))
                .optional()
                .map(|bytes| bytes.map(Bytes::from))
        })
    }

    fn prune(&self, to: Keep, but: Vec<Number>) -> Later<'_, ()> {
        self.write(move |db| {
            let oldest = now() - length_of(to.age.as_secs());
            let but = serde_json::json!(but).to_string();
            // A batch goes as a whole: as long as it is there, so is what was paid for it.
            execute(db, "DELETE FROM batch WHERE touched < ?", params![oldest])?;
            execute(
                db,
                "DELETE FROM call WHERE sent < ?1 AND number NOT IN (SELECT value FROM json_each(?2))
                 AND (substr(key, 1, 1) <> ?3 OR substr(key, 2, 32) NOT IN (SELECT id FROM batch))",
                params![oldest, but, BATCHED.to_string()],
            )?;
            sweep(db, None, &but)?;
            // The newest that fit beside the batches' pictures stay.
            let left = length_of(to.bytes - of_batches(db)?.min(to.of_batches()));
            execute(
                db,
                "DELETE FROM call WHERE number IN (
                    SELECT number FROM (
                        SELECT number, sum(length) OVER (ORDER BY number DESC) AS together FROM call
                        WHERE substr(key, 1, 1) <> ?3
                    ) WHERE together > ?1
                 ) AND status IS NOT NULL AND number NOT IN (SELECT value FROM json_each(?2))",
                params![left, but, BATCHED.to_string()],
            )?;
            // A part of an answer is none, if nobody is at the rest of it.
            execute(
                db,
                "DELETE FROM piece WHERE call IN (
                    SELECT number FROM call WHERE status IS NULL AND (process IS NULL OR
                        process NOT IN (SELECT process FROM alive WHERE until > ?2))
                 ) AND call NOT IN (SELECT value FROM json_each(?1))",
                params![but, now()],
            )?;
            execute(db, "DELETE FROM alive WHERE until < ?", params![oldest])?;
            execute(db, "DELETE FROM spent WHERE day < ?", params![now() / DAY - 60])?;
            give_room_back(db)
        })
    }

    fn today(&self) -> Later<'_, Today> {
        self.look(|db| today(db, now() / DAY))
    }

    fn is_shared(&self) -> bool {
        self.shared
    }

    fn beat(&self) -> Later<'_, ()> {
        let me = self.me.clone();
        self.write(move |db| {
            let until = now() + length_of(ALIVE.as_secs());
            execute(db, "INSERT OR REPLACE INTO alive VALUES (?, ?)", params![me, until])
                .map(|_| ())
        })
    }
}

/// Forgets some pictures of batches that are gone, or of one batch; returns how many.
pub(crate) fn sweep(db: &Connection, id: Option<&str>, but: &str) -> rusqlite::Result<usize> {
    // What is under way is settled first.
    execute(
        db,
        "DELETE FROM call WHERE number IN (
            SELECT number FROM call
            WHERE substr(key, 1, 1) = char(10) AND status IS NOT NULL
            AND (?1 IS NULL OR substr(key, 2, 32) = ?1)
            AND substr(key, 2, 32) NOT IN (SELECT id FROM batch)
            AND number NOT IN (SELECT value FROM json_each(?2)) LIMIT ?3
         )",
        params![id, but, SWEPT],
    )
}

/// How many bytes the pictures of all batches take.
pub(crate) fn of_batches(db: &Connection) -> rusqlite::Result<u64> {
    db.prepare_cached(
        "SELECT coalesce(sum(length), 0) FROM call WHERE substr(key, 1, 1) = char(10)",
    )?
    .query_row([], |row| row.get(0))
}

/// Shortens the file by what is free in it, some of it at a time: others wait for this thread.
fn give_room_back(db: &Connection) -> rusqlite::Result<()> {
    // 64 MiB; each step frees one page.
    let mut statement = db.prepare_cached("PRAGMA incremental_vacuum(16384)")?;
    let mut steps = statement.query([])?;
    while steps.next()?.is_some() {}
    Ok(())
}

fn keep(db: &Connection, number: Number, at: usize, bytes: &Bytes) -> rusqlite::Result<()> {
    let sql = "INSERT INTO piece (call, at, bytes) VALUES (?, ?, ?)";
    execute(db, sql, params![number, at, &bytes[..]]).map(|_| ())
}
