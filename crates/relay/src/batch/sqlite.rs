//! Batches in the journal's SQLite file.

use super::{Batch, Batches, Begun, End, Item, New, Progress, Task};
use crate::journal::sqlite::{execute, now};
use crate::journal::{Later, Sqlite};
use axum::body::Bytes;
use rusqlite::{OptionalExtension as _, params};

const DONE: i64 = 1;
const FAILED: i64 = 2;
const UNCERTAIN: i64 = 3;

impl Batches for Sqlite {
    fn begin(&self, new: New) -> Later<'_, Begun> {
        self.write(move |db| {
            let there: Option<Vec<u8>> = db
                .prepare_cached("SELECT hash FROM batch WHERE id = ?")?
                .query_row([&new.id], |row| row.get(0))
                .optional()?;
            Ok(match there {
                Some(hash) if hash == new.hash => Begun::Same,
                Some(_) => Begun::Other,
                None => {
                    execute(
                        db,
                        "INSERT INTO batch (id, owner, hash, parameters, touched)
                         VALUES (?, ?, ?, ?, ?)",
                        params![new.id, new.owner, new.hash, new.parameters, now()],
                    )?;
                    Begun::New
                }
            })
        })
    }

    fn batch(&self, id: &str) -> Later<'_, Option<Batch>> {
        let id = id.to_owned();
        self.look(move |db| {
            db.prepare_cached(
                "SELECT owner, total, done, failed, uncertain FROM batch WHERE id = ?",
            )?
            .query_row([id], |row| {
                let (total, done, failed, uncertain): (u32, u32, u32, u32) =
                    (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
                let waiting = total.saturating_sub(done + failed + uncertain);
                let progress = Progress { total, waiting, done, failed, uncertain };
                Ok(Batch { owner: row.get(0)?, progress })
            })
            .optional()
        })
    }

    fn add(&self, id: &str, items: Vec<(u32, Bytes)>) -> Later<'_, ()> {
        let id = id.to_owned();
        self.write(move |db| {
            let mut added = 0;
            for (number, input) in items {
                added += execute(
                    db,
                    "INSERT OR IGNORE INTO item (batch, number, input) VALUES (?, ?, ?)",
                    params![id, number, &input[..]],
                )?;
            }
            execute(
                db,
                "UPDATE batch SET total = total + ?2, touched = ?3 WHERE id = ?1",
                params![id, added, now()],
            )
            .map(|_| ())
        })
    }

    fn items(&self, id: &str, from: u32, count: u32) -> Later<'_, Vec<Item>> {
        let id = id.to_owned();
        self.look(move |db| {
            let mut all = db.prepare_cached(
                "SELECT number, state, status, error FROM item
                 WHERE batch = ? AND number >= ? ORDER BY number LIMIT ?",
            )?;
            let all = all.query_map(params![id, from, count], |row| {
                let error = row.get::<_, Option<String>>(3)?.unwrap_or_default();
                let end = match row.get(1)? {
                    DONE => Some(End::Done),
                    FAILED => Some(End::Failed(row.get(2)?, error)),
                    UNCERTAIN => Some(End::Uncertain(error)),
                    _ => None,
                };
                Ok(Item { number: row.get(0)?, end })
            })?;
            all.collect()
        })
    }

    fn take(&self, count: usize) -> Later<'_, Vec<Task>> {
        let me = self.me.clone();
        Box::pin(async move {
            // Most of the time there is none: that is no reason to write.
            if self.waiting().await? == 0 {
                return Ok(Vec::new());
            }
            self.write(move |db| {
                let tasks = {
                    let mut free = db.prepare_cached(
                        "SELECT at, batch, number, input, parameters
                         FROM item JOIN batch ON batch.id = item.batch
                         WHERE state = 0 AND (taken IS NULL OR taken <> ?1 AND taken NOT IN
                            (SELECT process FROM alive WHERE until > ?2))
                         ORDER BY at LIMIT ?3",
                    )?;
                    let free = free.query_map(params![me, now(), count], |row| {
                        Ok(Task {
                            place: row.get::<_, i64>(0)?.to_string(),
                            batch: row.get(1)?,
                            number: row.get(2)?,
                            input: row.get::<_, Vec<u8>>(3)?.into(),
                            parameters: row.get(4)?,
                        })
                    })?;
                    free.collect::<rusqlite::Result<Vec<_>>>()?
                };
                for task in &tasks {
                    let sql = "UPDATE item SET taken = ? WHERE at = ?";
                    execute(db, sql, params![me, task.place.parse().unwrap_or(0_i64)])?;
                }
                Ok(tasks)
            })
            .await
        })
    }

    /// A process that lives holds what it took.
    fn hold(&self, _places: Vec<String>) -> Later<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn end(&self, task: &Task, end: End) -> Later<'_, ()> {
        let (id, number) = (task.batch.clone(), task.number);
        let (state, status, error, count) = match end {
            End::Done => (DONE, None, None, "done"),
            End::Failed(status, error) => (FAILED, Some(status), Some(error), "failed"),
            End::Uncertain(error) => (UNCERTAIN, None, Some(error), "uncertain"),
        };
        self.write(move |db| {
            let ended = execute(
                db,
                "UPDATE item SET state = ?3, status = ?4, error = ?5, input = NULL
                 WHERE batch = ?1 AND number = ?2 AND state = 0",
                params![id, number, state, status, error],
            )?;
            let sql =
                format!("UPDATE batch SET {count} = {count} + ?2, touched = ?3 WHERE id = ?1");
            execute(db, &sql, params![id, ended, now()]).map(|_| ())
        })
    }

    fn waiting(&self) -> Later<'_, u64> {
        self.look(|db| {
            db.prepare_cached("SELECT count(*) FROM item WHERE state = 0")?
                .query_row([], |row| row.get(0))
        })
    }
}
