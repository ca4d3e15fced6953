//! One request, one outcome.

use super::connection::Connection;
use super::read::{Picture, read};
use backdrop_contract::{Failure, FailureKind, KEY_HEADER};
use gloo_net::http::Request;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Reading,
    /// The body is on its way, or the endpoint is at work: a page cannot tell which.
    Waiting,
    Receiving,
}

/// Sends a body and reads what comes back.
///
/// # Errors
/// A [`Failure`] for every reply without a picture and for every broken line.
pub async fn send(
    connection: &Connection,
    body: JsValue,
    signal: &AbortSignal,
    phase: impl Fn(Phase),
) -> Result<Picture, Failure> {
    let lost = |_| {
        Failure::of_kind(match signal.aborted() {
            true => FailureKind::Cancelled,
            false => FailureKind::Network,
        })
    };
    let mut request = Request::post(connection.address())
        .header("content-type", "application/json")
        // A redirect could carry the key and the photo to a place nobody chose.
        .redirect(web_sys::RequestRedirect::Error)
        .abort_signal(Some(signal));
    if let Some(key) = connection.key() {
        request = request.header(KEY_HEADER, key);
    }
    phase(Phase::Waiting);
    let response = request.body(body).map_err(lost)?.send().await.map_err(lost)?;
    phase(Phase::Receiving);
    read(response.into()).await.map_err(|failure| match signal.aborted() {
        true => Failure::of_kind(FailureKind::Cancelled),
        false => failure,
    })
}
