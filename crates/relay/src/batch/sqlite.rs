//! Batches in the journal's SQLite file.

use super::{Batch, Batches, Begun, End, Item, New, Progress, Task};
use crate::journal::sqlite::{execute, now, of_batches, sweep};
use crate::journal::{Later, Sqlite};
use axum::body::Bytes;
use rusqlite::{OptionalExtension as _, params};

const DONE: i64 = 1;
const FAILED: i64 = 2;
const UNCERTAIN: i64 = 3;
const CANCELLED: i64 = 4;

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
                "SELECT owner, total, done, failed, uncertain, cancelled FROM batch WHERE id = ?",
            )?
            .query_row([id], |row| {
                let counts = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
                Ok(Batch { owner: row.get(0)?, progress: Progress::new(counts) })
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
                "SELECT number, state, status, error, again FROM item
                 WHERE batch = ? AND number >= ? ORDER BY number LIMIT ?",
            )?;
            let all = all.query_map(params![id, from, count], |row| {
                let error = row.get::<_, Option<String>>(3)?.unwrap_or_default();
                let end = match row.get(1)? {
                    DONE => Some(End::Done),
                    FAILED => Some(End::Failed(row.get(2)?, error)),
                    UNCERTAIN => Some(End::Uncertain(error)),
                    CANCELLED => Some(End::Cancelled),
                    _ => None,
                };
                Ok(Item { number: row.get(0)?, again: row.get(4)?, end })
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
                        "SELECT at, batch, number, input, parameters, again, taken IS NOT NULL,
                            unwanted
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
                            again: row.get(5)?,
                            taken_over: row.get(6)?,
                            unwanted: row.get(7)?,
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
            End::Cancelled => (CANCELLED, None, None, "cancelled"),
        };
        let done = state == DONE;
        self.write(move |db| {
            let ended = execute(
                db,
                "UPDATE item SET state = ?3, status = ?4, error = ?5,
                    input = CASE WHEN ?6 THEN NULL ELSE input END
                 WHERE batch = ?1 AND number = ?2 AND state = 0",
                params![id, number, state, status, error, done],
            )?;
            let sql =
                format!("UPDATE batch SET {count} = {count} + ?2, touched = ?3 WHERE id = ?1");
            execute(db, &sql, params![id, ended, now()]).map(|_| ())
        })
    }

    fn is_wanted(&self, task: &Task) -> Later<'_, bool> {
        let (id, number) = (task.batch.clone(), task.number);
        self.look(move |db| {
            let sql = "SELECT 1 FROM item
                       WHERE batch = ? AND number = ? AND state = 0 AND unwanted = 0";
            db.prepare_cached(sql)?.exists(params![id, number])
        })
    }

    fn again(&self, id: &str, number: u32, anew: bool) -> Later<'_, ()> {
        let id = id.to_owned();
        self.write(move |db| {
            let ended: Option<i64> = db
                .prepare_cached(
                    "SELECT state FROM item
                     WHERE batch = ? AND number = ? AND input IS NOT NULL",
                )?
                .query_row(params![id, number], |row| row.get(0))
                .optional()?;
            let count = match ended {
                Some(FAILED) => "failed",
                Some(UNCERTAIN) => "uncertain",
                Some(CANCELLED) => "cancelled",
                // It waits, or is made.
                _ => return Ok(()),
            };
            execute(
                db,
                "UPDATE item SET state = 0, status = NULL, error = NULL, taken = NULL,
                    unwanted = 0, again = again + ?3
                 WHERE batch = ?1 AND number = ?2",
                params![id, number, anew],
            )?;
            let sql = format!("UPDATE batch SET {count} = {count} - 1, touched = ?2 WHERE id = ?1");
            execute(db, &sql, params![id, now()]).map(|_| ())
        })
    }

    fn cancel(&self, id: &str, from: u32, count: u32) -> Later<'_, ()> {
        let (id, to) = (id.to_owned(), from.saturating_add(count));
        self.write(move |db| {
            let free = "UPDATE item SET state = ?4
                        WHERE batch = ?1 AND number >= ?2 AND number < ?3 AND state = 0
                        AND taken IS NULL";
            let ended = execute(db, free, params![id, from, to, CANCELLED])?;
            let taken = "UPDATE item SET unwanted = 1
                         WHERE batch = ? AND number >= ? AND number < ? AND state = 0";
            execute(db, taken, params![id, from, to])?;
            let sql = "UPDATE batch SET cancelled = cancelled + ?2, touched = ?3 WHERE id = ?1";
            execute(db, sql, params![id, ended, now()]).map(|_| ())
        })
    }

    fn forget(&self, id: &str) -> Later<'_, ()> {
        let id = id.to_owned();
        Box::pin(async move {
            let gone = id.clone();
            self.write(move |db| execute(db, "DELETE FROM batch WHERE id = ?", &[&gone])).await?;
            // In steps: others wait for each. What is left, prune finds.
            while {
                let id = id.clone();
                self.write(move |db| sweep(db, Some(&id), "[]")).await? > 0
            } {}
            Ok(())
        })
    }

    fn bytes(&self) -> Later<'_, u64> {
        self.look(of_batches)
    }

    fn waiting(&self) -> Later<'_, u64> {
        self.look(|db| {
            db.prepare_cached("SELECT count(*) FROM item WHERE state = 0")?
                .query_row([], |row| row.get(0))
        })
    }
}
