//! Batches in Redis or Valkey: the queue is a stream with a group of consumers, which the server
//! keeps; how long a worker has not been heard of goes by the server's clock.

use super::{Batch, Batches, Begun, End, Item, New, Progress, Task};
use crate::journal::redis::{Arg, SOON, SURELY};
use crate::journal::{ALIVE, Broken, Later, Redis};
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
script!(IS_WANTED, "redis/is_wanted.lua");
script!(AGAIN, "redis/again.lua");
script!(CANCEL, "redis/cancel.lua");
script!(FORGET, "redis/forget.lua");
script!(SWEEP, "redis/sweep.lua");
script!(BYTES, "redis/bytes.lua");
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
            type Found = (String, [u32; 5]);
            let found: Option<Found> = self.run(&BATCH, &args, SOON).await?;
            Ok(found.map(|(owner, counts)| {
                let owner = (!owner.is_empty()).then_some(owner);
                Batch { owner, progress: Progress::new(counts) }
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
            type Found = (Vec<Option<String>>, Vec<Option<u32>>);
            let (states, again): Found = self.run(&ITEMS, &args, SOON).await?;
            let there = (from..).zip(states).zip(again);
            let item = |((number, state), again): ((u32, Option<String>), Option<u32>)| {
                Some(Item { number, again: again.unwrap_or_default(), end: read(&state?) })
            };
            Ok(there.filter_map(item).collect())
        })
    }

    fn take(&self, count: usize) -> Later<'_, Vec<Task>> {
        let idle = ALIVE.as_millis().to_string();
        let args = [Arg::from(&*self.me), count.into(), idle.into()];
        Box::pin(async move {
            type Taken = (String, String, u32, Vec<u8>, String, u32, bool, bool);
            let taken: Vec<Taken> = self.run(&TAKE, &args, SOON).await?;
            let task = |taken: Taken| {
                let (place, batch, number, input, parameters, again, taken_over, unwanted) = taken;
                let input = input.into();
                Task { batch, number, input, parameters, place, again, taken_over, unwanted }
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
            End::Cancelled => ("cancelled", "c".to_owned()),
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

    fn is_wanted(&self, task: &Task) -> Later<'_, bool> {
        let args = [task.batch.as_str().into(), task.number.into()];
        Box::pin(async move { self.run(&IS_WANTED, &args, SOON).await })
    }

    fn again(&self, id: &str, number: u32, anew: bool) -> Later<'_, ()> {
        let args = [id.into(), number.into(), u16::from(anew).into(), self.kept()];
        Box::pin(async move { self.run(&AGAIN, &args, SOON).await })
    }

    fn cancel(&self, id: &str, from: u32, count: u32) -> Later<'_, ()> {
        let args = [id.into(), from.into(), count.into(), self.kept()];
        Box::pin(async move { self.run(&CANCEL, &args, SOON).await })
    }

    fn forget(&self, id: &str) -> Later<'_, ()> {
        let id = Arg::from(id);
        Box::pin(async move {
            self.run::<()>(&FORGET, std::slice::from_ref(&id), SOON).await?;
            self.sweep(id, &[]).await
        })
    }

    fn bytes(&self) -> Later<'_, u64> {
        Box::pin(async move { self.run(&BYTES, &[], SOON).await })
    }

    fn waiting(&self) -> Later<'_, u64> {
        Box::pin(async move { self.run(&WAITING, &[], SOON).await })
    }
}

impl Redis {
    /// Forgets the pictures of a batch that is gone, but for these, in steps: others wait for each.
    pub(crate) async fn sweep(&self, id: Arg, but: &[Arg]) -> Result<(), Broken> {
        let args = [&[id, self.kept()], but].concat();
        while self.run(&SWEEP, &args, SOON).await? {}
        Ok(())
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
        "c" => Some(End::Cancelled),
        _ => None,
    }
}
