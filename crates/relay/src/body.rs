//! Reads a request's body, up to a limit.

use crate::failed::Failed;
use axum::body::Body;
use axum::http::StatusCode;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use std::time::Duration;

/// How much of a body that is too large is read and thrown away. A browser that is cut off while
/// it still sends shows "network error" in place of the reply.
const THROWN_AWAY: usize = 256 << 20;

/// How long the next piece may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The whole body, at most `most` bytes of it.
///
/// # Errors
/// 413 if it is larger, 408 if it stalls, 400 if it breaks off.
pub async fn read(mut body: Body, most: usize) -> Result<Vec<u8>, Failed> {
    let told = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if told > THROWN_AWAY {
        return Err(too_large(most));
    }
    let mut kept = Vec::with_capacity(told.min(most));
    let mut read = 0;
    while let Some(frame) = tokio::time::timeout(PATIENCE, body.frame())
        .await
        .map_err(|_| Failed::new(StatusCode::REQUEST_TIMEOUT, "the request's body stalled"))?
    {
        let frame = frame.map_err(|_| Failed::bad("the request's body broke off"))?;
        let Some(piece) = frame.data_ref() else {
            continue;
        };
        read += piece.len();
        if read > THROWN_AWAY {
            break;
        }
        if read > most {
            kept = Vec::new();
        } else {
            kept.extend_from_slice(piece);
        }
    }
    if read > most {
        return Err(too_large(most));
    }
    Ok(kept)
}

fn too_large(most: usize) -> Failed {
    Failed::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!(
            "the request is too large: at most {} MiB; send a smaller copy of the photo",
            most >> 20
        ),
    )
}
