//! A request's body on its way: counted, hashed, read by the rules. Its last piece is held back
//! until a gate lets it go, so that nobody who answers has a whole request before that.

use crate::body::{next, too_large};
use crate::failed::Failed;
use crate::rules::{Address, Scan};
use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use ring::digest;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use tokio::sync::oneshot;

/// SHA-256 of a body as the client sent it.
pub type Hash = [u8; 32];

/// What a gate is told of a body that has arrived whole.
pub struct Arrived {
    /// Nought for a body that is not hashed.
    pub hash: Hash,
    pub addresses: Vec<Address>,
    /// Lets the last piece go; dropping it breaks the body off.
    pub go: oneshot::Sender<()>,
}

/// Runs once, when all but the last piece has passed. It must not wait: it spawns what does.
pub type Gate = Box<dyn FnOnce(Arrived) + Send>;

/// Why a body was broken off here, if it was.
pub type Refusal = Arc<OnceLock<Failed>>;

/// A body, checked.
pub struct Checked {
    body: Body,
    most: u64,
    left: u64,
    hash: Option<digest::Context>,
    scan: Option<Scan>,
    length: Option<u64>,
    gate: Option<Gate>,
    refusal: Refusal,
    held: Option<Bytes>,
    at: At,
}

enum At {
    Passing,
    /// All has arrived; the gate is to be asked.
    Arrived(Vec<Address>),
    Gate(oneshot::Receiver<()>),
    Done,
}

impl Checked {
    /// At most `most` bytes of a body.
    #[must_use]
    pub fn new(body: Body, most: u64, refusal: Refusal) -> Self {
        Self {
            body,
            most,
            left: most,
            hash: None,
            scan: None,
            length: None,
            gate: None,
            refusal,
            held: None,
            at: At::Passing,
        }
    }

    /// Read by rules.
    #[must_use]
    pub fn scanned(self, scan: Scan) -> Self {
        Self { length: scan.length(), scan: Some(scan), ..self }
    }

    /// Hashed, for the gate.
    #[must_use]
    pub fn hashed(self) -> Self {
        Self { hash: Some(digest::Context::new(&digest::SHA256)), ..self }
    }

    /// Its last piece held back by a gate.
    #[must_use]
    pub fn gated(self, gate: Gate) -> Self {
        Self { gate: Some(gate), ..self }
    }

    fn refuse(&mut self, failed: Failed) -> axum::Error {
        let error = axum::Error::new(failed.clone());
        let _ = self.refusal.set(failed);
        self.at = At::Done;
        self.held = None;
        error
    }

    /// One piece that came; what goes on instead.
    fn pass(&mut self, piece: Bytes) -> Result<Bytes, Failed> {
        self.left =
            self.left.checked_sub(piece.len() as u64).ok_or_else(|| too_large(self.most))?;
        if let Some(hash) = &mut self.hash {
            hash.update(&piece);
        }
        match &mut self.scan {
            Some(scan) => scan.pass(piece),
            None => Ok(piece),
        }
    }

    /// The body has ended: the last piece, if the rules add one.
    fn finish(&mut self) -> Result<Option<Bytes>, Failed> {
        let Some(scan) = self.scan.take() else {
            self.at = At::Arrived(Vec::new());
            return Ok(None);
        };
        let (last, addresses) = scan.finish()?;
        self.at = At::Arrived(addresses);
        Ok(Some(last.into()))
    }

    fn ask(&mut self, addresses: Vec<Address>) {
        self.at = match self.gate.take() {
            Some(gate) => {
                let (go, gone) = oneshot::channel();
                let hash = self.hash.take().map(finished).unwrap_or_default();
                gate(Arrived { hash, addresses, go });
                At::Gate(gone)
            }
            None => At::Done,
        };
    }
}

impl http_body::Body for Checked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        loop {
            match &mut this.at {
                At::Passing => {
                    let (piece, is_last) =
                        match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                            Some(Ok(frame)) => match frame.into_data() {
                                Ok(piece) => (this.pass(piece).map(Some), false),
                                // Trailers mean nothing to anybody here.
                                Err(_) => continue,
                            },
                            None => (this.finish(), true),
                        };
                    let piece = match piece {
                        Ok(piece) => piece.filter(|piece| !piece.is_empty()),
                        Err(failed) => return Poll::Ready(Some(Err(this.refuse(failed)))),
                    };
                    let out = match piece {
                        Some(piece) if this.gate.is_some() => this.held.replace(piece),
                        Some(piece) => Some(piece),
                        None => None,
                    };
                    if is_last && this.gate.is_none() {
                        this.at = At::Done;
                    }
                    if let Some(out) = out {
                        return Poll::Ready(Some(Ok(Frame::data(out))));
                    }
                }
                At::Arrived(addresses) => {
                    let addresses = std::mem::take(addresses);
                    this.ask(addresses);
                }
                At::Gate(gone) => match ready!(Pin::new(gone).poll(context)) {
                    Ok(()) => this.at = At::Done,
                    // The gate has said why.
                    Err(_) => {
                        this.at = At::Done;
                        this.held = None;
                        let stopped = std::io::Error::other("stopped before its end");
                        return Poll::Ready(Some(Err(axum::Error::new(stopped))));
                    }
                },
                At::Done => {
                    return Poll::Ready(this.held.take().map(|piece| Ok(Frame::data(piece))));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self.at {
            At::Passing => self.gate.is_none() && self.scan.is_none() && self.body.is_end_stream(),
            At::Done => self.held.is_none(),
            At::Arrived(_) | At::Gate(_) => false,
        }
    }

    /// Right before the first piece, when it is asked for: it becomes the request's length.
    fn size_hint(&self) -> SizeHint {
        match (&self.scan, self.length) {
            (Some(_), Some(length)) => SizeHint::with_exact(length),
            (Some(_), None) => SizeHint::default(),
            (None, _) => self.body.size_hint(),
        }
    }
}

/// Reads a body for nothing but its hash.
///
/// # Errors
/// 413 if it is too large; what [`next`] fails with.
pub async fn hash(mut body: Body, most: u64) -> Result<Hash, Failed> {
    let mut hash = digest::Context::new(&digest::SHA256);
    let mut left = most;
    while let Some(piece) = next(&mut body).await? {
        left = left.checked_sub(piece.len() as u64).ok_or_else(|| too_large(most))?;
        hash.update(&piece);
    }
    Ok(finished(hash))
}

fn finished(hash: digest::Context) -> Hash {
    hash.finish().as_ref().try_into().unwrap_or_default()
}
