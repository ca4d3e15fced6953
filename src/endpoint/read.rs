//! Whatever comes back becomes a picture or a failure.

use super::json::json;
use crate::photo::{ObjectUrl, format_of};
use backdrop_contract::{ENGINE_HEADER, Failure, FailureKind, Format, LOOK_HEADER, Reply};
use js_sys::{JSON, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlImageElement, Response};

/// A picture that came back. Cheap to clone: the bytes stay with the browser.
#[derive(Clone, Debug)]
pub struct Picture {
    pub blob: Blob,
    pub format: Format,
    pub url: ObjectUrl,
    /// Width and height in pixels.
    pub size: (u32, u32),
    pub origin: Origin,
}

impl Picture {
    /// The size of the file in bytes.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a blob's size is a whole number far below 2^53"
    )]
    pub fn bytes(&self) -> u64 {
        self.blob.size() as u64
    }
}

/// Who made a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Provider,
    /// A relay's own engine, with the look it painted if words chose one.
    Engine {
        look: Option<String>,
    },
}

/// Reads a reply to its end. The first bytes say what it is; its content type may be wrong.
///
/// # Errors
/// A [`Failure`] with the reply's status and the server's own words.
pub(super) async fn read(response: Response) -> Result<Picture, Failure> {
    let status = response.status();
    let header = |name| response.headers().get(name).ok().flatten();
    let origin = match header(ENGINE_HEADER) {
        Some(_) => Origin::Engine { look: header(LOOK_HEADER) },
        None => Origin::Provider,
    };
    let body = response.blob().map(JsFuture::from).map_err(|_| broken(status))?;
    let blob: Blob = body.await.map_err(|_| broken(status))?.unchecked_into();
    if response.ok()
        && let Ok(Some(format)) = format_of(&blob).await
    {
        return picture(blob, format, origin).await.ok_or_else(|| broken(status));
    }
    let text = JsFuture::from(blob.text()).await.ok().and_then(|text| text.as_string());
    let text = text.unwrap_or_default();
    match reply(&text) {
        Reply::Error(said) => Err(Failure::of_status(status, Some(&said))),
        Reply::Base64(base64) if response.ok() => {
            let blob = blob_of_base64(&base64).await.ok_or_else(|| broken(status))?;
            let format = format_of(&blob).await.ok().flatten().ok_or_else(|| broken(status))?;
            picture(blob, format, origin).await.ok_or_else(|| broken(status))
        }
        _ => Err(Failure::of_status(status, Some(&text))),
    }
}

/// A reply that came in part, or whose picture cannot be decoded.
fn broken(status: u16) -> Failure {
    Failure { status: Some(status), ..Failure::of_kind(FailureKind::Unreadable) }
}

fn reply(text: &str) -> Reply {
    JSON::parse(text).map_or(Reply::Unknown, |value| Reply::of(&json(&value)))
}

/// Decodes the picture before it is shown: a cut one is a failure, not a broken icon.
async fn picture(blob: Blob, format: Format, origin: Origin) -> Option<Picture> {
    // The right type, whatever the server said: a download is named and opened by it.
    let blob =
        blob.slice_with_f64_and_f64_and_content_type(0.0, blob.size(), format.mime()).ok()?;
    let url = ObjectUrl::new(&blob);
    let image = HtmlImageElement::new().ok()?;
    image.set_src(url.as_str());
    JsFuture::from(image.decode()).await.ok()?;
    let size = (image.natural_width(), image.natural_height());
    Some(Picture { blob, format, url, size, origin })
}

/// Base64 decoded by the browser.
async fn blob_of_base64(base64: &str) -> Option<Blob> {
    let binary = web_sys::window()?.atob(base64).ok()?;
    let bytes: Vec<u8> = binary.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(0)).collect();
    let parts = js_sys::Array::of1(&Uint8Array::from(bytes.as_slice()));
    Blob::new_with_u8_array_sequence(&JsValue::from(parts)).ok()
}
