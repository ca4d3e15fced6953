//! One request, one outcome.

use super::call::{Call, Phase, header};
use super::fetch::fetch;
use super::follow::{follow, tell};
use super::picture::Picture;
use super::read::Answer;
use backdrop_contract::{Failure, FailureKind, IDEMPOTENCY_HEADER};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// Sends a body and brings what comes of it, however many requests that takes. `name` names it for
/// a relay.
///
/// # Errors
/// A [`Failure`] for every reply without a picture and for every broken line.
pub async fn send(call: &Call, body: &JsValue, name: Option<&str>) -> Result<Picture, Failure> {
    let url = call.connection.url().ok_or_else(|| Failure::of_kind(FailureKind::NotFound))?;
    let headers = Array::of1(&header("content-type", "application/json"));
    if let Some(name) = name {
        headers.push(&header(IDEMPOTENCY_HEADER, name));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let bytes = body.dyn_ref::<Blob>().map_or(0, |body| body.size() as u32);
    (call.phase)(match call.connection.is_device() {
        true => Phase::Waiting,
        false => Phase::Sending { bytes },
    });
    match call.exchange(&url, true, headers, body).await? {
        Answer::Picture(picture) => Ok(picture),
        Answer::At(url, details) => fetch(call, url, details).await,
        Answer::Job(job, details) => {
            tell(call, &job);
            follow(call, job, details).await
        }
    }
}
