//! A request's body: reads it up to a limit, and sees to it that none stays unread.

use crate::failed::Failed;
use crate::pace::{Paced, TooSlow};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::Handle;

/// How much of a body is read for nothing.
const THROWN_AWAY: u64 = 256 << 20;

/// How long the next piece may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Has a request's body come in time ([`Paced`]), and what is left of it read and thrown away,
/// whoever drops it and when.
///
/// A connection that is closed while data lies unread is reset: a browser that still sends then
/// shows "network error" in place of the reply.
pub async fn to_its_end(request: Request) -> Request {
    request.map(|body| match body.is_end_stream() {
        true => body,
        false => Body::new(ToItsEnd(Body::new(Paced::new(body)))),
    })
}

/// The whole body, at most `most` bytes of it.
///
/// # Errors
/// 413 if it is larger, 408 if it stalls, 400 if it breaks off.
pub async fn read(mut body: Body, most: usize) -> Result<Vec<u8>, Failed> {
    // At once all that it may need: a vector that grows holds up to twice its content.
    let told = body.size_hint().upper().and_then(|told| usize::try_from(told).ok());
    let mut read = Vec::with_capacity(told.unwrap_or(most).min(most));
    while let Some(piece) = next(&mut body).await? {
        if piece.len() > most - read.len() {
            return Err(too_large(most as u64));
        }
        read.extend_from_slice(&piece);
    }
    Ok(read)
}

/// The next piece; none at the end.
///
/// # Errors
/// 408 if it stalls or comes too slowly; 400 if it breaks off.
pub async fn next(body: &mut Body) -> Result<Option<Bytes>, Failed> {
    let stalled = |_| Failed::new(StatusCode::REQUEST_TIMEOUT, "the request's body stalled");
    match tokio::time::timeout(PATIENCE, body.frame()).await.map_err(stalled)? {
        None => Ok(None),
        // Trailers mean nothing to anybody here.
        Some(Ok(frame)) => Ok(Some(frame.into_data().unwrap_or_default())),
        Some(Err(error)) if TooSlow::is_behind(&error) => {
            Err(Failed::new(StatusCode::REQUEST_TIMEOUT, TooSlow.to_string()))
        }
        Some(Err(_)) => Err(Failed::bad("the request's body broke off")),
    }
}

/// 413, with what is taken.
#[must_use]
pub fn too_large(most: u64) -> Failed {
    Failed::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!(
            "the request is too large: at most {} MiB; send a smaller copy of the photo",
            most >> 20
        ),
    )
}

/// See [`to_its_end`].
struct ToItsEnd(Body);

impl Drop for ToItsEnd {
    fn drop(&mut self) {
        let body = std::mem::take(&mut self.0);
        if body.is_end_stream() || body.size_hint().lower() > THROWN_AWAY {
            return;
        }
        // Without a runtime the relay is ending, and the connection with it.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(throw_away(body));
        }
    }
}

async fn throw_away(mut body: Body) {
    let mut left = THROWN_AWAY;
    while let Ok(Some(Ok(frame))) = tokio::time::timeout(PATIENCE, body.frame()).await {
        let length = frame.data_ref().map_or(0, |piece| piece.len() as u64);
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

impl http_body::Body for ToItsEnd {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
