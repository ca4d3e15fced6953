//! A file as bare base64, on the JavaScript side of the boundary.

use super::IntakeError;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

#[wasm_bindgen(module = "/src/photo/base64.js")]
extern "C" {
    #[wasm_bindgen(js_name = base64, catch)]
    async fn base64_of(blob: &Blob) -> Result<JsValue, JsValue>;
}

/// The file as bare base64, without a `data:` prefix: a JavaScript string, not copied into wasm.
///
/// # Errors
/// [`IntakeError::Unreadable`] when the browser cannot read the file any more.
pub async fn base64(blob: &Blob) -> Result<JsValue, IntakeError> {
    base64_of(blob).await.map_err(|_| IntakeError::Unreadable)
}
