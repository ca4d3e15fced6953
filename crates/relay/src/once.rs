//! One call under a key, however often it is asked for: whoever asks while it runs follows it,
//! whoever asks later gets what was stored.

use crate::call::{self, Asked, Calling, Outcome};
use crate::checked::{self, Hash};
use crate::cors::REPLAYED;
use crate::failed::Failed;
use crate::journal::{self, Entry, Head, Journal, Keep, Number, Spent, Ticket};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use backdrop_contract::PATH;
use futures_util::stream;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tracing::Instrument as _;

/// An answer is kept in pieces of this size: what one call holds of it in memory.
const PIECE: usize = 256 << 10;

/// A failure's body is held in memory up to this size.
const LONGEST_FAILURE: usize = 1 << 20;

/// How often old answers are looked for.
const PRUNED_EACH: Duration = Duration::from_secs(60);

/// When to ask again for an answer that is being made, in seconds.
const ASK_AGAIN: u32 = 2;

/// How long a call that costs nothing goes on without its client, who may be loading the page
/// anew, and asks again then.
const GRACE: Duration = Duration::from_secs(5);

/// How often it is looked for what another process makes.
const LOOKED_EACH: Duration = Duration::from_millis(300);

/// What came of a call whose answer is kept.
pub struct Made {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body of a failure.
    pub text: Bytes,
}

/// All that runs under a key, and the journal of what ran.
pub struct Once {
    journal: Arc<dyn Journal>,
    costs: bool,
    running: Mutex<HashMap<String, Running>>,
    /// Calls whose answer is being written or read: they are not forgotten meanwhile.
    followed: Arc<Mutex<HashMap<Number, usize>>>,
    /// Receivers are the calls that run; see [`Self::idle`].
    open: watch::Sender<()>,
}

type Running = Arc<watch::Sender<Run>>;

/// What is known of a call that runs.
#[derive(Default)]
struct Run {
    hash: Option<Hash>,
    number: Option<Number>,
    head: Option<Arc<Head>>,
    pieces: Vec<Piece>,
    end: Option<End>,
    /// When somebody last asked what became of it.
    asked: Option<Instant>,
}

/// A part of an answer.
#[derive(Clone)]
enum Piece {
    InJournal,
    /// It could not be stored, or need not be.
    Held(Bytes),
}

#[derive(Clone)]
enum End {
    /// All pieces are there.
    Whole,
    /// The rest never came.
    Broken,
    Failed(Failed),
    /// The journal knows more: it was asked for before, or given up before it was sent.
    Elsewhere,
}

impl Once {
    /// Over this journal. `costs` says whether a call costs something: then it goes on when its
    /// client has gone, and a lost answer is uncertain; otherwise it ends soon after the last who
    /// wanted it, and may be made again.
    #[must_use]
    pub fn new(journal: Arc<dyn Journal>, costs: bool) -> Self {
        Self {
            journal,
            costs,
            running: Mutex::default(),
            followed: Arc::default(),
            open: watch::Sender::new(()),
        }
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> &Arc<dyn Journal> {
        &self.journal
    }

    /// Answers a request with a key.
    ///
    /// # Errors
    /// 409 for a key that was used for another body; 504 for a call whose outcome is not known;
    /// what the call itself fails with.
    pub async fn answer(
        self: &Arc<Self>,
        key: String,
        body: Body,
        calling: Calling,
    ) -> Result<Response, Failed> {
        let most = calling.most;
        let claim = match self.claim(&key) {
            Err(run) => {
                // Its place is for others: it only waits.
                drop(calling);
                let hash = checked::hash(body, most).await?;
                return self.follow(&key, run, Some(hash)).await;
            }
            Ok(claim) => claim,
        };
        if let Some(entry) = self.found(&key).await? {
            drop((claim, calling));
            let hash = checked::hash(body, most).await?;
            return self.told(&key, entry, Some(hash)).await;
        }
        let run = self.start(claim, body, calling);
        self.follow(&key, run, None).await
    }

    /// Makes the call of a key if it was not made yet, and waits for its end without reading the
    /// answer, which is in the journal then.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub async fn make(
        self: &Arc<Self>,
        key: String,
        body: Body,
        calling: Calling,
    ) -> Result<Made, Failed> {
        let mut run = match self.claim(&key) {
            Err(run) => run,
            Ok(claim) => match self.found(&key).await? {
                Some(entry) => {
                    drop((claim, calling));
                    return self.told(&key, entry, None).await.map(|answer| Made {
                        status: answer.status(),
                        headers: answer.headers().clone(),
                        text: Bytes::new(),
                    });
                }
                None => self.start(claim, body, calling),
            },
        };
        let crashed = |_| Failed::own_fault("the relay crashed on this request");
        let (end, head, last) = {
            let run = run.wait_for(|run| run.end.is_some()).await.map_err(crashed)?;
            let last = match run.pieces.last() {
                Some(Piece::Held(last)) => last.clone(),
                _ => Bytes::new(),
            };
            (run.end.clone(), run.head.clone(), last)
        };
        match (end, head) {
            (Some(End::Failed(failed)), _) => Err(failed),
            (Some(End::Whole), Some(head)) => Ok(Made {
                status: head.status,
                headers: head.headers.clone(),
                text: if head.status.is_success() { Bytes::new() } else { last },
            }),
            (Some(End::Broken), _) => Err(Entry::uncertain()),
            _ => match self.found(&key).await? {
                Some(entry) => self.told(&key, entry, None).await.map(|answer| Made {
                    status: answer.status(),
                    headers: answer.headers().clone(),
                    text: Bytes::new(),
                }),
                None => Err(given_up()),
            },
        }
    }

    fn start(self: &Arc<Self>, claim: Claim, body: Body, calling: Calling) -> watch::Receiver<Run> {
        let run = claim.run.subscribe();
        let (once, open) = (Arc::clone(self), self.open.subscribe());
        let call = async move {
            let _open = open;
            let run = Arc::clone(&claim.run);
            tokio::select! {
                () = once.carry_out(claim, body, calling) => {}
                () = left_alone(&run), if !once.costs => {}
            }
        };
        tokio::spawn(call.in_current_span());
        run
    }

    /// What the journal has of a key; waits for another process that is at it.
    async fn told(
        &self,
        key: &str,
        mut entry: Entry,
        hash: Option<Hash>,
    ) -> Result<Response, Failed> {
        while entry.elsewhere && entry.answer.is_none() {
            if hash.is_some_and(|hash| hash != entry.hash) {
                return Err(reused());
            }
            tokio::time::sleep(LOOKED_EACH).await;
            entry = self.found(key).await?.ok_or_else(given_up)?;
        }
        self.stored(entry, hash)
    }

    /// What became of a key: its answer, or that it is still being made.
    ///
    /// # Errors
    /// 404 for a key that nothing is known of; 504 for a call whose outcome is not known.
    pub async fn collect(&self, key: &str, name: &str) -> Result<Response, Failed> {
        let runs = self.asked_for(key);
        // In this order: a call that ends in between is in the journal already.
        match self.found(key).await? {
            Some(entry) if entry.answer.is_some() => self.stored(entry, None),
            Some(entry) if entry.elsewhere => Ok(processing(name)),
            _ if runs || self.asked_for(key) => Ok(processing(name)),
            Some(entry) => self.stored(entry, None),
            None => Err(Failed::new(
                StatusCode::NOT_FOUND,
                "nothing is known of this key: it was never sent whole, or has failed, or its \
                 answer is no longer kept",
            )),
        }
    }

    /// What is in the journal, but for what nobody was billed for and nobody waits for.
    async fn found(&self, key: &str) -> Result<Option<Entry>, Failed> {
        let found = self.journal.find(key).await?;
        let worthless = |entry: &Entry| !self.costs && entry.answer.is_none() && !entry.elsewhere;
        Ok(found.filter(|entry| !worthless(entry)))
    }

    /// Comes back when no call runs.
    pub async fn idle(&self) {
        self.open.closed().await;
    }

    /// Forgets what is old, now and from time to time, as long as this is there.
    pub fn prune(self: &Arc<Self>, keep: Keep) {
        let once = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut each = tokio::time::interval(PRUNED_EACH);
            loop {
                each.tick().await;
                let Some(once) = once.upgrade() else { return };
                let but = once.followed().keys().copied().collect();
                if let Err(broken) = once.journal.prune(keep, but).await {
                    tracing::warn!("{broken}");
                }
            }
        });
    }

    fn claim(self: &Arc<Self>, key: &str) -> Result<Claim, watch::Receiver<Run>> {
        let mut running = self.running();
        if let Some(run) = running.get(key) {
            return Err(run.subscribe());
        }
        let run = Arc::new(watch::Sender::new(Run::default()));
        running.insert(key.to_owned(), Arc::clone(&run));
        Ok(Claim { once: Arc::clone(self), key: key.to_owned(), run })
    }

    /// Whether a call runs under this key, which is wanted then.
    fn asked_for(&self, key: &str) -> bool {
        let running = self.running();
        let Some(run) = running.get(key) else { return false };
        // Nobody is to be woken by this.
        run.send_if_modified(|run| {
            run.asked = Some(Instant::now());
            false
        });
        true
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn followed(&self) -> MutexGuard<'_, HashMap<Number, usize>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the call and records what comes of it.
    async fn carry_out(&self, claim: Claim, body: Body, calling: Calling) {
        let told = Arc::clone(&claim.run);
        let key = Some(claim.key.clone());
        let Asked { made, ticket } = call::make(calling, key, body, move |hash, ticket| {
            told.send_modify(|run| {
                run.hash = Some(hash);
                run.number = ticket.and_then(|ticket| ticket.number);
            });
        })
        .await;
        match (made, ticket) {
            (Err(failed), ticket) => {
                if let Some(ticket) = ticket {
                    match failed.status {
                        StatusCode::GATEWAY_TIMEOUT => self.give_up(ticket).await,
                        _ => self.undo(ticket, None).await,
                    }
                } else if failed == Failed::from(Spent::Taken) {
                    return claim.end(End::Elsewhere);
                }
                claim.end(End::Failed(failed));
            }
            // It refused before it was sent all.
            (Ok(response), None) => self.record_failure(claim, response, None).await,
            (Ok(response), Some(ticket)) => match call::outcome(response.status()) {
                Outcome::Answered => self.record(claim, response, ticket).await,
                Outcome::Failed => self.record_failure(claim, response, Some(ticket)).await,
                Outcome::Uncertain => {
                    self.give_up(ticket).await;
                    self.record_failure(claim, response, None).await;
                }
            },
        }
    }

    /// Keeps an answer piece by piece, while it is followed.
    async fn record(&self, claim: Claim, response: Response, ticket: Ticket) {
        let Some(number) = ticket.number else { return };
        let _pin = self.pin(number);
        let (parts, mut body) = response.into_parts();
        let told = body.size_hint().exact();
        let mut head = Head {
            status: parts.status,
            headers: parts.headers,
            pieces: 0,
            length: told.unwrap_or_default(),
        };
        let cost = journal::cost(&head.headers);
        claim.head(&head, told);
        let mut stored = true;
        let mut length = 0;
        let mut piece = Vec::new();
        loop {
            let data = match body.frame().await {
                None => break,
                Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
                Some(Err(error)) => {
                    tracing::warn!("an answer broke off: {error}");
                    self.give_up(ticket).await;
                    return claim.end(End::Broken);
                }
            };
            if piece.len() + data.len() > PIECE && !piece.is_empty() {
                let whole = Bytes::from(std::mem::take(&mut piece));
                stored = stored && self.keep(number, head.pieces, &whole).await;
                claim.piece(if stored { Piece::InJournal } else { Piece::Held(whole) });
                head.pieces += 1;
            }
            length += data.len() as u64;
            piece.extend_from_slice(&data);
        }
        let last = (!piece.is_empty()).then(|| Bytes::from(piece));
        head.pieces += usize::from(last.is_some());
        head.length = length;
        if stored {
            if let Err(broken) = self.journal.settle(ticket, head, last.clone(), cost).await {
                tracing::error!("an answer is delivered, but could not be stored: {broken}");
            }
        } else {
            self.give_up(ticket).await;
        }
        // It came last into memory, and goes from there.
        claim.end_with(last, End::Whole);
    }

    async fn keep(&self, number: Number, at: usize, piece: &Bytes) -> bool {
        let kept = self.journal.piece(number, at, piece.clone()).await;
        if let Err(broken) = &kept {
            tracing::error!("an answer is delivered, but cannot be stored: {broken}");
        }
        kept.is_ok()
    }

    /// A refusal that was read whole settles nothing: whoever waits gets it, and the key is free.
    async fn record_failure(&self, claim: Claim, response: Response, ticket: Option<Ticket>) {
        let cost = journal::cost(response.headers());
        let (parts, body) = response.into_parts();
        let body = http_body_util::Limited::new(body, LONGEST_FAILURE).collect().await;
        let Ok(body) = body.map(http_body_util::Collected::to_bytes) else {
            if let Some(ticket) = ticket {
                self.give_up(ticket).await;
            }
            let text = "the provider's answer broke off; it may have been billed";
            return claim.end(End::Failed(Failed::uncertain(text)));
        };
        if let Some(ticket) = ticket {
            self.undo(ticket, cost).await;
        }
        let length = body.len() as u64;
        let head = Head { status: parts.status, headers: parts.headers, pieces: 1, length };
        claim.head(&head, Some(length));
        claim.end_with(Some(body), End::Whole);
    }

    async fn give_up(&self, ticket: Ticket) {
        if let Err(broken) = self.journal.give_up(ticket).await {
            tracing::error!("{broken}");
        }
    }

    async fn undo(&self, ticket: Ticket, cost: Option<i64>) {
        if let Err(broken) = self.journal.undo(ticket, cost).await {
            tracing::error!("a failed call stays written down as uncertain: {broken}");
        }
    }

    /// Follows a call to its answer. With a hash it is somebody else's call.
    async fn follow(
        &self,
        key: &str,
        mut run: watch::Receiver<Run>,
        hash: Option<Hash>,
    ) -> Result<Response, Failed> {
        let crashed = |_| Failed::own_fault("the relay crashed on this request");
        if let Some(hash) = hash {
            let known = |run: &Run| run.hash.is_some() || run.end.is_some();
            let first = run.wait_for(known).await.map_err(crashed)?.hash;
            if first.is_some_and(|first| first != hash) {
                return Err(reused());
            }
        }
        let (head, number) = {
            let known = |run: &Run| run.head.is_some() || run.end.is_some();
            let run = run.wait_for(known).await.map_err(crashed)?;
            match (&run.head, &run.end) {
                (Some(head), _) => (Some(Arc::clone(head)), run.number),
                (None, Some(End::Failed(failed))) => return Err(failed.clone()),
                (None, _) => (None, None),
            }
        };
        let Some(head) = head else {
            let hash = hash.or(run.borrow().hash);
            return match self.found(key).await? {
                Some(entry) => self.told(key, entry, hash).await,
                None => Err(given_up()),
            };
        };
        let journal = Arc::clone(&self.journal);
        let pin = number.map(|number| self.pin(number));
        let body =
            stream::unfold((run, 0, journal, pin), |(mut run, at, journal, pin)| async move {
                let next = next_piece(&mut run, at, &*journal).await?;
                Some((next, (run, at + 1, journal, pin)))
            });
        Ok(response(&head, Body::from_stream(body), hash.is_some()))
    }

    /// What the journal has of a key.
    fn stored(&self, entry: Entry, hash: Option<Hash>) -> Result<Response, Failed> {
        if hash.is_some_and(|hash| hash != entry.hash) {
            return Err(reused());
        }
        let Some(mut head) = entry.answer else { return Err(Entry::uncertain()) };
        head.headers.insert(header::CONTENT_LENGTH, head.length.into());
        let number = entry.number;
        let (pieces, pin) = (head.pieces, self.pin(number));
        let journal = Arc::clone(&self.journal);
        let body = stream::unfold((0, journal, pin), move |(at, journal, pin)| async move {
            if at == pieces {
                return None;
            }
            let piece = from_journal(&*journal, number, at).await;
            Some((piece, (at + 1, journal, pin)))
        });
        Ok(response(&head, Body::from_stream(body), true))
    }

    fn pin(&self, number: Number) -> Pin {
        *self.followed().entry(number).or_default() += 1;
        Pin { number, followed: Arc::clone(&self.followed) }
    }
}

/// Comes back once nobody has followed a call, or asked for it, for a while.
async fn left_alone(run: &Running) {
    loop {
        run.closed().await;
        let since = Instant::now();
        tokio::time::sleep(GRACE).await;
        let asked = run.borrow().asked.is_some_and(|asked| asked >= since);
        if run.is_closed() && !asked {
            return;
        }
    }
}

/// Where the answer of a key is asked for; a key may hold what means something else in an address.
fn address_of(name: &str) -> String {
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("{PATH}/{name}")
}

async fn next_piece(
    run: &mut watch::Receiver<Run>,
    at: usize,
    journal: &dyn Journal,
) -> Option<io::Result<Bytes>> {
    let there = |run: &Run| run.pieces.len() > at || run.end.is_some();
    let (piece, number) = {
        let Ok(run) = run.wait_for(there).await else {
            return Some(Err(io::Error::other("the relay crashed on this request")));
        };
        match run.pieces.get(at) {
            Some(piece) => (piece.clone(), run.number),
            None if matches!(run.end, Some(End::Whole)) => return None,
            None => return Some(Err(io::Error::other("the provider's answer broke off"))),
        }
    };
    match (piece, number) {
        (Piece::Held(bytes), _) => Some(Ok(bytes)),
        (Piece::InJournal, Some(number)) => Some(from_journal(journal, number, at).await),
        (Piece::InJournal, None) => Some(Err(io::Error::other("a piece without a call"))),
    }
}

async fn from_journal(journal: &dyn Journal, number: Number, at: usize) -> io::Result<Bytes> {
    let piece = journal.read(number, at).await.map_err(io::Error::other)?;
    piece.ok_or_else(|| io::Error::other("a part of the answer is no longer kept"))
}

fn response(head: &Head, body: Body, replayed: bool) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = head.status;
    *response.headers_mut() = head.headers.clone();
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

fn processing(name: &str) -> Response {
    let text = serde_json::json!({ "status": "PROCESSING", "poll_url": address_of(name) });
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (StatusCode::ACCEPTED, kind, text.to_string()).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, ASK_AGAIN.into());
    response
}

fn given_up() -> Failed {
    Failed::unavailable("the first request under this key was given up; send it again", 1)
}

fn reused() -> Failed {
    Failed::new(
        StatusCode::CONFLICT,
        "this Idempotency-Key was used for another request; send this one under a new key",
    )
}

/// Keeps an answer from being forgotten.
struct Pin {
    number: Number,
    followed: Arc<Mutex<HashMap<Number, usize>>>,
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = followed.get_mut(&self.number) {
            *count -= 1;
            if *count == 0 {
                followed.remove(&self.number);
            }
        }
    }
}

/// The right to make the call of a key. However it goes, the key is free of it in the end.
struct Claim {
    once: Arc<Once>,
    key: String,
    run: Running,
}

impl Claim {
    fn head(&self, head: &Head, length: Option<u64>) {
        let mut head = head.clone();
        if let Some(length) = length {
            head.headers.insert(header::CONTENT_LENGTH, length.into());
        }
        self.run.send_modify(|run| run.head = Some(Arc::new(head)));
    }

    fn piece(&self, piece: Piece) {
        self.run.send_modify(|run| run.pieces.push(piece));
    }

    fn end(self, end: End) {
        self.end_with(None, end);
    }

    /// Frees the key first: who was told the end may ask again at once.
    fn end_with(self, last: Option<Bytes>, end: End) {
        self.once.running().remove(&self.key);
        self.run.send_modify(|run| {
            run.pieces.extend(last.map(Piece::Held));
            run.end = Some(end);
        });
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.run.borrow().end.is_none() {
            self.once.running().remove(&self.key);
            self.run.send_modify(|run| run.end = Some(End::Elsewhere));
        }
    }
}
