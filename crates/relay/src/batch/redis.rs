//! Batches in Redis or Valkey: the queue is a stream with a group of consumers, which the server
//! keeps; how long a worker has not been heard of goes by the server's clock.

use super::{Batch, Batches, Begun, End, Item, New, Progress, Task};
use crate::journal::redis::{Arg, SOON, SURELY};
use crate::journal::{ALIVE, Later, Redis};
use axum::body::Bytes;
use redis::Script;
use std::sync::LazyLock;

macro_rules! script {
    ($name:ident, $file:literal) => {
        static $name: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!($file)));
    };
}

script!(BEGIN, "redis/begin.lua");
script!(BATCH, "redis/batch.lua");
script!(ADD, "redis/add.lua");
script!(ITEMS, "redis/items.lua");
script!(TAKE, "redis/take.lua");
script!(HOLD, "redis/hold.lua");
script!(END, "redis/end.lua");
script!(WAITING, "redis/waiting.lua");

/// How many items are added by one script: others wait for it.
const ADDED: usize = 500;

impl Batches for Redis {
    fn begin(&self, new: New) -> Later<'_, Begun> {
        let args = [
            new.id.into(),
            new.owner.unwrap_or_default().into(),
            Bytes::copy_from_slice(&new.hash).into(),
            new.parameters.into(),
            self.kept(),
        ];
        Box::pin(async move {
            let said: String = self.run(&BEGIN, &args, SOON).await?;
            Ok(match said.as_str() {
                "new" => Begun::New,
                "same" => Begun::Same,
                _ => Begun::Other,
            })
        })
    }

    fn batch(&self, id: &str) -> Later<'_, Option<Batch>> {
        let args = [Arg::from(id)];
        Box::pin(async move {
            type Found = (String, u32, u32, u32, u32);
            let found: Option<Found> = self.run(&BATCH, &args, SOON).await?;
            Ok(found.map(|(owner, total, done, failed, uncertain)| {
                let waiting = total.saturating_sub(done + failed + uncertain);
                let owner = (!owner.is_empty()).then_some(owner);
                Batch { owner, progress: Progress { total, waiting, done, failed, uncertain } }
            }))
        })
    }

    fn add(&self, id: &str, items: Vec<(u32, Bytes)>) -> Later<'_, ()> {
        let id = Arg::from(id);
        Box::pin(async move {
            for some in items.chunks(ADDED) {
                let mut args = vec![id.clone(), self.kept()];
                for (number, input) in some {
                    args.extend([Arg::from(*number), Arg::from(input.clone())]);
                }
                self.run::<()>(&ADD, &args, SOON).await?;
            }
            Ok(())
        })
    }

    fn items(&self, id: &str, from: u32, count: u32) -> Later<'_, Vec<Item>> {
        let args = [Arg::from(id), from.into(), count.into()];
        Box::pin(async move {
            let found: Vec<Option<String>> = self.run(&ITEMS, &args, SOON).await?;
            let there = (from..).zip(found);
            Ok(there
                .filter_map(|(number, state)| Some(Item { number, end: read(&state?) }))
                .collect())
        })
    }

    fn take(&self, count: usize) -> Later<'_, Vec<Task>> {
        let idle = ALIVE.as_millis().to_string();
        let args = [Arg::from(&*self.me), count.into(), idle.into()];
        Box::pin(async move {
            type Taken = (String, String, u32, Vec<u8>, String);
            let taken: Vec<Taken> = self.run(&TAKE, &args, SOON).await?;
            let task = |(place, batch, number, input, parameters): Taken| Task {
                batch,
                number,
                input: input.into(),
                parameters,
                place,
            };
            Ok(taken.into_iter().map(task).collect())
        })
    }

    fn hold(&self, places: Vec<String>) -> Later<'_, ()> {
        let me = std::iter::once(Arg::from(&*self.me));
        let args: Vec<Arg> = me.chain(places.into_iter().map(Arg::from)).collect();
        Box::pin(async move { self.run(&HOLD, &args, SOON).await })
    }

    fn end(&self, task: &Task, end: End) -> Later<'_, ()> {
        let (count, state) = match end {
            End::Done => ("done", "d".to_owned()),
            End::Failed(status, error) => ("failed", format!("f {status} {error}")),
            End::Uncertain(error) => ("uncertain", format!("u {error}")),
        };
        let args = [
            task.batch.as_str().into(),
            task.number.into(),
            task.place.as_str().into(),
            count.into(),
            state.into(),
            self.kept(),
        ];
        Box::pin(async move { self.run(&END, &args, SURELY).await })
    }

    fn waiting(&self) -> Later<'_, u64> {
        Box::pin(async move { self.run(&WAITING, &[], SOON).await })
    }
}

/// An item's state, as [`Batches::end`] wrote it.
fn read(state: &str) -> Option<End> {
    let (kind, rest) = state.split_once(' ').unwrap_or((state, ""));
    match kind {
        "d" => Some(End::Done),
        "f" => {
            let (status, error) = rest.split_once(' ').unwrap_or((rest, ""));
            Some(End::Failed(status.parse().unwrap_or(500), error.to_owned()))
        }
        "u" => Some(End::Uncertain(rest.to_owned())),
        _ => None,
    }
}
