//! The journal in Redis or Valkey, for any number of relays and workers.
//!
//! Each change is one script, which the server runs as a whole. Days, limits and who lives go by
//! the server's clock, so that those of the relays may differ. What must be known before anything
//! is spent is asked for a short while, and then refused; what was paid for already is written
//! with patience ([`SURELY`]). Either may be asked again after a broken connection: a script that
//! has run already changes nothing more.

use super::{
    ALIVE, Broken, Call, Credits, Entry, Head, Journal, Keep, Later, Number, Spent, Ticket, Today,
    Wait, headers_from_text, headers_to_text,
};
use axum::body::Bytes;
use axum::http::StatusCode;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, RedisError, Script, ToRedisArgs};
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// How long is waited for what nothing has been spent for.
pub const SOON: Duration = Duration::from_secs(2);

/// How long is tried to write what was paid for.
pub const SURELY: Duration = Duration::from_secs(120);

/// How long after a failure it is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// What every key begins with. The braces keep all of them on one node of a cluster.
pub(crate) const PREFIX: &str = "{backdrop}:";

/// Reserved for what was lost: see [`Redis::epoch`].
const LOST: &str = "the store has lost what was written in it; see what was spent today, then \
                    restart the relays";

/// A script, by the name of its file.
macro_rules! script {
    ($name:ident, $file:literal) => {
        static $name: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!($file)));
    };
}

script!(SEND, "redis/send.lua");
script!(CORRECT, "redis/correct.lua");
script!(FIND, "redis/find.lua");
script!(PASS, "redis/pass.lua");
script!(PRUNE, "redis/prune.lua");
script!(TODAY, "redis/today.lua");

/// A journal that many share.
#[derive(Clone)]
pub struct Redis {
    connection: ConnectionManager,
    /// The process's own name.
    pub(crate) me: Arc<str>,
    epoch: Arc<OnceCell<String>>,
    keep: Duration,
}

impl Redis {
    /// Connects when it is first needed, and again whenever the connection is lost. Answers are
    /// kept for so long.
    ///
    /// # Errors
    /// For an address that cannot be one.
    pub fn new(address: &str, keep: Duration) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(1)))
            .set_response_timeout(Some(Duration::from_secs(5)))
            .set_min_delay(Duration::from_millis(50))
            .set_max_delay(Duration::from_millis(500))
            .set_number_of_retries(2);
        let connection = ConnectionManager::new_lazy_with_config(Client::open(address)?, config)?;
        let me = format!("{:016x}", fastrand::u64(..)).into();
        Ok(Self { connection, me, epoch: Arc::default(), keep })
    }

    /// A name that the store was given when it was empty. A store that is suddenly without it has
    /// lost what was spent, and nothing more may be.
    pub(crate) async fn epoch(&self) -> Result<&str, RedisError> {
        let epoch = self.epoch.get_or_try_init(|| async {
            let mut connection = self.connection.clone();
            let name = format!("{:016x}", fastrand::u64(..));
            let key = format!("{PREFIX}epoch");
            redis::cmd("SET").arg(&key).arg(name).arg("NX").exec_async(&mut connection).await?;
            let epoch = redis::cmd("GET").arg(&key).query_async(&mut connection).await?;
            self.warn_if_forgetful().await;
            Ok::<String, RedisError>(epoch)
        });
        Ok(epoch.await?)
    }

    /// A server that writes nothing to its disk forgets the budget when it is restarted.
    async fn warn_if_forgetful(&self) {
        let mut connection = self.connection.clone();
        for (name, wanted) in
            [("appendonly", "yes"), ("appendfsync", "always"), ("maxmemory-policy", "noeviction")]
        {
            let ask = redis::cmd("CONFIG").arg("GET").arg(name).clone();
            // Not every host lets one ask.
            let Ok(pair) = ask.query_async::<Vec<String>>(&mut connection).await else { return };
            if let Some(value) = pair.get(1).filter(|value| *value != wanted) {
                tracing::warn!(
                    "the store has {name} {value}: with {wanted} it forgets nothing that was spent"
                );
            }
        }
    }

    /// Runs a script, again and again until it has run, for so long.
    pub(crate) async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        args: &[Arg],
        patience: Duration,
    ) -> Result<T, Broken> {
        let until = Instant::now() + patience;
        let mut first = true;
        loop {
            let mut connection = self.connection.clone();
            let mut invocation = script.prepare_invoke();
            invocation.key(PREFIX);
            for arg in args {
                invocation.arg(arg);
            }
            let ran = async {
                self.epoch().await?;
                invocation.invoke_async(&mut connection).await
            };
            let error = match tokio::time::timeout_at(until, ran).await {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(error)) => broken(&error),
                Err(_) => Broken("the store does not answer".to_owned()),
            };
            if Instant::now() + AGAIN >= until {
                return Err(error);
            }
            if std::mem::take(&mut first) && patience > SOON {
                tracing::warn!("{error}; trying again for {} s", patience.as_secs());
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// The name of the store's contents, once it is known; see [`Self::epoch`].
    pub(crate) async fn known_epoch(&self) -> Result<Arg, Broken> {
        let epoch = tokio::time::timeout(SOON, self.epoch()).await;
        let epoch = epoch.map_err(|_| Broken("the store does not answer".to_owned()))?;
        epoch.map(Arg::from).map_err(|error| broken(&error))
    }

    pub(crate) fn kept(&self) -> Arg {
        Arg::from(self.keep.as_secs())
    }

    async fn correct(
        &self,
        mark: i64,
        what: &str,
        cost: Option<Credits>,
        more: Vec<Arg>,
    ) -> Result<(), Broken> {
        // It was known when the call was written down.
        let epoch = self.epoch.get().cloned().unwrap_or_default();
        let cost = cost.map_or_else(|| Arg::from(""), Arg::from);
        let args = vec![epoch.into(), mark.into(), what.into(), cost, self.kept()];
        let said: String = self.run(&CORRECT, &[args, more].concat(), SURELY).await?;
        if said == "done" { Ok(()) } else { Err(Broken(LOST.to_owned())) }
    }
}

/// An argument of a script. Copies of it share its bytes.
#[derive(Clone)]
pub(crate) struct Arg(Bytes);

impl ToRedisArgs for Arg {
    fn write_redis_args<W: ?Sized + redis::RedisWrite>(&self, out: &mut W) {
        out.write_arg(&self.0);
    }
}

impl redis::ToSingleRedisArg for Arg {}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Bytes> for Arg {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

macro_rules! number {
    ($($kind:ty)*) => {$(
        impl From<$kind> for Arg {
            fn from(number: $kind) -> Self {
                number.to_string().into()
            }
        }
    )*};
}

number!(i64 u64 u32 u16 usize);

fn broken(error: &RedisError) -> Broken {
    Broken(format!("the store: {error}"))
}

fn ticket(written: &str, mark: i64) -> Option<Ticket> {
    let mut numbers = written.split(' ').map(|number| number.parse::<i64>().ok());
    let mut next = || numbers.next().flatten();
    let (number, day, reserved, known) = (next()?, next()?, next()?, next()?);
    let number = (number > 0).then_some(number);
    Some(Ticket { number, day, reserved, price_known: known == 1, mark })
}

impl Journal for Redis {
    fn find(&self, key: &str) -> Later<'_, Option<Entry>> {
        let args = [Arg::from(key), Arg::from(&*self.me)];
        Box::pin(async move {
            type Found = (Number, Vec<u8>, bool, String, String, String, String);
            let found: Option<Found> = self.run(&FIND, &args, SOON).await?;
            let Some((number, hash, elsewhere, status, headers, pieces, length)) = found else {
                return Ok(None);
            };
            let status = status.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
            let answer = status.map(|status| Head {
                status,
                headers: headers_from_text(&headers),
                pieces: pieces.parse().unwrap_or_default(),
                length: length.parse().unwrap_or_default(),
            });
            let hash = hash.try_into().map_err(|_| Broken("it holds no hash".to_owned()))?;
            Ok(Some(Entry { number, hash, answer, elsewhere }))
        })
    }

    fn send(&self, call: Call) -> Later<'_, Result<Ticket, Spent>> {
        Box::pin(async move {
            let mark = fastrand::i64(1..);
            let or_none = |most: Option<i64>| most.map_or_else(|| Arg::from(""), Arg::from);
            let args = [
                self.known_epoch().await?,
                call.key.unwrap_or_default().into(),
                Bytes::copy_from_slice(&call.hash).into(),
                Arg::from(&*self.me),
                mark.into(),
                or_none(call.budget.calls.map(i64::from)),
                or_none(call.budget.credits),
                self.kept(),
            ];
            let said: Result<Vec<String>, Broken> = self.run(&SEND, &args, SOON).await;
            let said = match said {
                Ok(said) => said,
                Err(error) => {
                    // It may have been written down all the same; nothing will be sent.
                    let this = self.clone();
                    tokio::spawn(async move { this.correct(mark, "undo", None, Vec::new()).await });
                    return Err(error);
                }
            };
            match (said.first().map(String::as_str), said.get(1)) {
                (Some("sent"), Some(written)) => ticket(written, mark)
                    .map(Ok)
                    .ok_or_else(|| Broken("it holds no ticket".to_owned())),
                (Some("taken"), _) => Ok(Err(Spent::Taken)),
                (Some("day"), _) => Ok(Err(Spent::Day)),
                (Some("waiting"), _) => Ok(Err(Spent::Waiting)),
                _ => Err(Broken(LOST.to_owned())),
            }
        })
    }

    fn piece(&self, number: Number, at: usize, bytes: Bytes) -> Later<'_, ()> {
        script!(PIECE, "redis/piece.lua");
        let args = [number.into(), at.into(), bytes.into(), self.kept()];
        Box::pin(async move { self.run(&PIECE, &args, SURELY).await })
    }

    fn settle(
        &self,
        ticket: Ticket,
        head: Head,
        last: Option<Bytes>,
        cost: Option<Credits>,
    ) -> Later<'_, ()> {
        let mut more = vec![
            head.status.as_u16().into(),
            headers_to_text(&head.headers).into(),
            head.pieces.into(),
            head.length.into(),
        ];
        if let Some(last) = last {
            more.extend([head.pieces.saturating_sub(1).into(), last.into()]);
        }
        Box::pin(async move { self.correct(ticket.mark, "settle", cost, more).await })
    }

    fn undo(&self, ticket: Ticket, cost: Option<Credits>) -> Later<'_, ()> {
        Box::pin(async move { self.correct(ticket.mark, "undo", cost, Vec::new()).await })
    }

    fn give_up(&self, ticket: Ticket) -> Later<'_, ()> {
        Box::pin(async move { self.correct(ticket.mark, "give up", None, Vec::new()).await })
    }

    fn read(&self, number: Number, at: usize) -> Later<'_, Option<Bytes>> {
        script!(READ, "redis/read.lua");
        let args = [number.into(), at.into()];
        Box::pin(async move {
            let piece: Option<Vec<u8>> = self.run(&READ, &args, SOON).await?;
            Ok(piece.map(Bytes::from))
        })
    }

    fn prune(&self, keep: Keep, but: Vec<Number>) -> Later<'_, ()> {
        let but: Vec<Arg> = but.into_iter().map(Arg::from).collect();
        let keep = [keep.bytes, keep.of_batches(), keep.age.as_secs()].map(Arg::from);
        Box::pin(async move {
            let gone: Vec<String> = self.run(&PRUNE, &[&keep, &but[..]].concat(), SOON).await?;
            for id in gone {
                self.sweep(id.into(), &but).await?;
            }
            Ok(())
        })
    }

    fn today(&self) -> Later<'_, Today> {
        Box::pin(async move {
            let (calls, credits) = self.run(&TODAY, &[], SOON).await?;
            Ok(Today { calls, credits })
        })
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn beat(&self) -> Later<'_, ()> {
        script!(BEAT, "redis/beat.lua");
        let alive = ALIVE.as_millis().to_string().into();
        let args = [Arg::from(&*self.me), alive];
        Box::pin(async move { self.run(&BEAT, &args, SOON).await })
    }

    fn pass(
        &self,
        client: &str,
        each: Option<NonZeroU32>,
        all: Option<NonZeroU32>,
    ) -> Option<Later<'_, Result<(), Wait>>> {
        let most = |most: Option<NonZeroU32>| match most {
            Some(most) => Arg::from(most.get()),
            None => Arg::from(""),
        };
        let args = [Arg::from(client), most(each), most(all)];
        Some(Box::pin(async move {
            let (said, seconds): (String, u32) = self.run(&PASS, &args, SOON).await?;
            Ok(match said.as_str() {
                "pass" => Ok(()),
                said => Err(Wait { seconds: seconds.max(1), own: said == "each" }),
            })
        }))
    }
}
