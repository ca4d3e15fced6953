//! A picture that lies at an address: fetched without the key, or shown from there.

use super::call::Call;
use super::http::{pixels, size_of};
use super::picture::{Origin, Picture, PictureSource};
use super::read::Answer;
use backdrop_contract::{Details, Failure, FailureKind, is_url};
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::Url;

/// Fetches the picture at an `http` or `https` address. Where pages may not read it, it is shown
/// from there, so that what was paid for is not lost.
///
/// # Errors
/// [`FailureKind::Elsewhere`], with the address, when it can be neither read nor shown.
pub(super) async fn fetch(call: &Call, at: String, told: Details) -> Result<Picture, Failure> {
    let Some(url) = Url::new(&at).ok().filter(|url| is_url(&url.href())) else {
        return Err(Failure::of_kind(FailureKind::Unreadable));
    };
    let get = async || call.exchange(&url, false, Array::new(), &JsValue::UNDEFINED).await;
    let mut answer = get().await;
    if matches!(&answer, Err(failure) if failure.kind == FailureKind::Cut) {
        // Once more: asking costs nothing.
        answer = get().await;
    }
    let failure = match answer {
        Ok(Answer::Picture(picture)) => return Ok(picture.with(&told)),
        Ok(_) => Failure::of_kind(FailureKind::Unreadable),
        Err(failure) => failure,
    };
    if failure.kind == FailureKind::Cancelled {
        return Err(failure);
    }
    let shown = pixels(&size_of(&at, &call.abort).await);
    if let Some(kind @ FailureKind::Cancelled) = call.abort.why() {
        return Err(Failure::of_kind(kind));
    }
    let kind = FailureKind::Elsewhere;
    match shown {
        Some(size) => {
            let source = PictureSource::Elsewhere(at);
            Ok(Picture { source, size, origin: Origin::Provider, details: told })
        }
        None => Err(Failure { kind, place: Some(at), details: told, ..failure }),
    }
}
