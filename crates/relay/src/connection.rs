//! One client's connection: what it sends is read strictly and within time, and each refusal, also
//! one of the HTTP library's own, comes in the contract's shape.

use crate::failed;
use crate::framing::{Breach, Framing};
use crate::metrics::Metrics;
use axum::http::StatusCode;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// How long a request's head may take from its first byte to its last.
pub const HEAD_WITHIN: Duration = Duration::from_secs(15);

/// How long a client may take none of its reply.
pub const READ_WITHIN: Duration = Duration::from_secs(30);

/// How long a refused client may go on sending before the connection is cut under it.
const LINGER: Duration = Duration::from_secs(2);

/// What no head and no chunk's line can hold, and the end that the library waits for before it looks.
const POISON: &[u8] = b"\0\r\n\r\n";

/// A connection, watched.
pub struct Watched<S> {
    stream: S,
    metrics: Metrics,
    framing: Framing,
    /// Runs while a head is incomplete.
    head: Option<Pin<Box<Sleep>>>,
    /// Runs while the client takes nothing.
    write: Option<Pin<Box<Sleep>>>,
    /// Runs once a refused client was told so.
    linger: Option<Pin<Box<Sleep>>>,
    breach: Option<Breach>,
    /// What of [`POISON`] the library has not read yet.
    poison: &'static [u8],
    /// What goes out in place of the library's own reply, and how much of it is out.
    refusal: Option<(Vec<u8>, usize)>,
}

impl<S> Watched<S> {
    /// Nothing of it has been read yet.
    pub fn new(stream: S, metrics: Metrics) -> Self {
        Self {
            stream,
            metrics,
            framing: Framing::default(),
            head: None,
            write: None,
            linger: None,
            breach: None,
            poison: POISON,
            refusal: None,
        }
    }

    /// In place of what the client sends, the library meets bytes that it refuses, and the end.
    fn poison(&mut self, buffer: &mut ReadBuf<'_>) {
        let (now, later) = self.poison.split_at(self.poison.len().min(buffer.remaining()));
        buffer.put_slice(now);
        self.poison = later;
    }

    /// In time or not: what is `ready` clears the clock, what is not is given `patience`.
    fn in_time<T>(
        clock: &mut Option<Pin<Box<Sleep>>>,
        patience: Duration,
        polled: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            *clock = None;
            return polled;
        }
        let clock = clock.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(clock.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// A reply of the library's own is replaced; see [`bare_status`].
    fn replace(&mut self, bytes: &[u8]) -> bool {
        if self.refusal.is_some() {
            return true;
        }
        let Some(bare) = bare_status(bytes) else { return false };
        let (status, text) = match self.breach {
            Some(breach) => (breach.status(), breach.to_string()),
            None => (bare, text_of(bare).to_owned()),
        };
        let id = crate::request_id::new();
        tracing::info!(status = status.as_u16(), id, "not a request: {text}");
        self.metrics.malformed(status);
        self.refusal = Some((refusal(status, &text, &id), 0));
        true
    }
}

impl<S: AsyncWrite + Unpin> Watched<S> {
    fn poll_refusal(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((bytes, out)) = &mut self.refusal {
            if *out == bytes.len() {
                break;
            }
            let polled = Pin::new(&mut self.stream).poll_write(context, &bytes[*out..]);
            *out += ready!(Self::in_time(&mut self.write, READ_WITHIN, polled, context))?;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.breach.is_some() {
            this.poison(buffer);
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending => {
                if let Some(clock) = &mut this.head {
                    ready!(clock.as_mut().poll(context));
                    this.breach = Some(Breach::Slow);
                    this.poison(buffer);
                    return Poll::Ready(Ok(()));
                }
                return Poll::Pending;
            }
        }
        if let Err((good, breach)) = this.framing.read(&buffer.filled()[before..]) {
            buffer.set_filled(before + good);
            this.breach = Some(breach);
            this.poison(buffer);
        } else if !this.framing.in_head() {
            this.head = None;
        } else if this.head.is_none() {
            this.head = Some(Box::pin(tokio::time::sleep(HEAD_WITHIN)));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.replace(bytes) {
            ready!(this.poll_refusal(context))?;
            return Poll::Ready(Ok(bytes.len()));
        }
        let polled = Pin::new(&mut this.stream).poll_write(context, bytes);
        Self::in_time(&mut this.write, READ_WITHIN, polled, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let first = pieces.iter().find(|piece| !piece.is_empty());
        if first.is_some_and(|first| this.replace(first)) {
            ready!(this.poll_refusal(context))?;
            return Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()));
        }
        let polled = Pin::new(&mut this.stream).poll_write_vectored(context, pieces);
        Self::in_time(&mut this.write, READ_WITHIN, polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Closed while data lies unread it would be reset, and the refusal with it: so what the
    /// client still sends is read, for a while.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.linger.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
        }
        if this.refusal.is_none() {
            return Poll::Ready(Ok(()));
        }
        let linger = this.linger.get_or_insert_with(|| Box::pin(tokio::time::sleep(LINGER)));
        let mut thrown_away = [0; 4096];
        while linger.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut thrown_away);
            let read = ready!(Pin::new(&mut this.stream).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// The status of a reply that the library made by itself: a head without a body and without the
/// id that every reply of ours has.
fn bare_status(bytes: &[u8]) -> Option<StatusCode> {
    let status = bytes.strip_prefix(b"HTTP/1.1 4")?;
    let ours = bytes.windows(12).any(|part| part.eq_ignore_ascii_case(b"x-request-id"));
    if bytes.len() > 256 || ours || !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    StatusCode::from_bytes(&[b'4', *status.first()?, *status.get(1)?]).ok()
}

fn text_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::URI_TOO_LONG => "the request's address is too long",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "the request has too many headers",
        _ => "the request's head is not HTTP as it should be",
    }
}

fn refusal(status: StatusCode, text: &str, id: &str) -> Vec<u8> {
    let body = failed::json(status, text);
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\nx-request-id: {id}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
