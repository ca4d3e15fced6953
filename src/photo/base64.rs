//! A file as bare base64, on the JavaScript side of the boundary.

use super::IntakeError;
use backdrop_contract::Format;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

#[wasm_bindgen(module = "/src/photo/base64.js")]
extern "C" {
    #[wasm_bindgen(js_name = base64, catch)]
    async fn base64_of(blob: &Blob, kind: &str) -> Result<JsValue, JsValue>;
}

/// The file as bare base64, without a `data:` prefix, in a blob of the browser's: as text in wasm or
/// as one JavaScript string it would be held several times over. The blob's type is the picture's.
///
/// # Errors
/// [`IntakeError::Unreadable`] when the browser cannot read the file any more.
pub async fn base64(blob: &Blob, format: Format) -> Result<Blob, IntakeError> {
    let text = base64_of(blob, format.mime()).await.map_err(|_| IntakeError::Unreadable)?;
    Ok(text.unchecked_into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use js_sys::{Array, Reflect, Uint8Array};
    use wasm_bindgen_futures::JsFuture;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// What the browser's own `btoa` makes of the same bytes.
    fn expected(bytes: &[u8]) -> String {
        let binary: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        web_sys::window().unwrap().btoa(&binary).unwrap()
    }

    async fn encoded(bytes: &[u8]) -> String {
        let parts = Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence(&parts).unwrap();
        let text = base64(&blob, Format::Png).await.unwrap();
        assert_eq!(text.type_(), "image/png");
        let text = text.text();
        JsFuture::from(text).await.unwrap().as_string().unwrap()
    }

    fn samples() -> Vec<Vec<u8>> {
        // Around the size of a piece, the fallback's and its parts', and every padding.
        let sizes =
            [0, 1, 2, 3, 4, 0x2FFF, 0x3000, 0x3001, 0x6002, 3 << 16, (3 << 16) + 1, (3 << 20) + 2];
        sizes.map(|size| (0..size).map(|at| (at * 7 % 251) as u8).collect()).to_vec()
    }

    #[wasm_bindgen_test]
    async fn every_size_is_encoded() {
        for bytes in samples() {
            assert_eq!(encoded(&bytes).await, expected(&bytes), "{} bytes", bytes.len());
        }
    }

    #[wasm_bindgen_test]
    async fn browsers_without_to_base64_encode_the_same() {
        let global = js_sys::global();
        let class = Reflect::get(&global, &"Uint8Array".into()).unwrap();
        let prototype = Reflect::get(&class, &"prototype".into()).unwrap();
        let prototype: js_sys::Object = prototype.unchecked_into();
        let native = Reflect::get(&prototype, &"toBase64".into()).unwrap();
        assert!(Reflect::delete_property(&prototype, &"toBase64".into()).unwrap());
        for bytes in samples() {
            assert_eq!(encoded(&bytes).await, expected(&bytes), "{} bytes", bytes.len());
        }
        Reflect::set(&prototype, &"toBase64".into(), &native).unwrap();
    }
}
