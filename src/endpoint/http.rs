//! Requests as the browser makes them, and their answers, on the JavaScript side of the boundary.

use backdrop_contract::{Failure, FailureKind};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Headers};

#[wasm_bindgen(module = "/src/endpoint/http.js")]
extern "C" {
    /// Ends everything that one press of the button started: when the person says so, or when
    /// nothing has come for the deadline, in milliseconds.
    #[derive(Clone, Debug)]
    pub type Abort;

    #[wasm_bindgen(constructor)]
    pub fn new(deadline: f64) -> Abort;

    #[wasm_bindgen(method)]
    pub fn stop(this: &Abort);

    #[wasm_bindgen(method, getter)]
    fn late(this: &Abort) -> bool;

    #[wasm_bindgen(method, getter)]
    fn ended(this: &Abort) -> bool;

    #[wasm_bindgen(method, js_name = sleep)]
    async fn slept(this: &Abort, wait: u32);

    /// A file that came, and what it holds.
    pub type File;

    /// None when it broke off.
    #[wasm_bindgen(method, getter)]
    pub fn blob(this: &File) -> Option<Blob>;

    /// Its first bytes, where it did not break off.
    #[wasm_bindgen(method, getter)]
    pub fn first(this: &File) -> Vec<u8>;

    /// Its last bytes, where it is a picture.
    #[wasm_bindgen(method, getter)]
    pub fn last(this: &File) -> Vec<u8>;

    /// Width and height in pixels, if it can be decoded.
    #[wasm_bindgen(method, getter)]
    pub fn size(this: &File) -> JsValue;

    /// Undefined where it is none.
    #[wasm_bindgen(method, getter)]
    pub fn json(this: &File) -> JsValue;

    /// Its start as text, where it is neither.
    #[wasm_bindgen(method, getter)]
    pub fn words(this: &File) -> Option<String>;

    /// An answer that came: a file with a status and headers.
    #[wasm_bindgen(extends = File)]
    pub type Arrived;

    #[wasm_bindgen(method, getter)]
    pub fn status(this: &Arrived) -> u16;

    #[wasm_bindgen(method, getter)]
    fn headers(this: &Arrived) -> Headers;

    #[wasm_bindgen(catch)]
    pub async fn exchange(
        url: &str,
        own: bool,
        headers: &Array,
        body: &JsValue,
        abort: &Abort,
        tell: &JsValue,
    ) -> Result<JsValue, JsValue>;

    /// The file that base64 holds, with or without a `data:` prefix.
    #[wasm_bindgen(catch)]
    pub async fn decode(text: &JsValue, abort: &Abort) -> Result<JsValue, JsValue>;

    /// The size of a picture, once the browser has decoded it; undefined when it cannot be.
    #[wasm_bindgen(js_name = sizeOf)]
    pub async fn size_of(url: &str, abort: &Abort) -> JsValue;

    pub async fn reached(url: &str) -> JsValue;

    pub async fn vacant(url: &str) -> JsValue;

    #[wasm_bindgen(catch, js_name = getJson)]
    pub async fn get_json(url: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/endpoint/device.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub async fn device(
        body: &JsValue,
        abort: &Abort,
        tell: &JsValue,
        mask: &JsValue,
    ) -> Result<JsValue, JsValue>;
}

impl Abort {
    /// Why it ended, if it did.
    pub fn why(&self) -> Option<FailureKind> {
        self.ended().then(|| match self.late() {
            true => FailureKind::Deadline,
            false => FailureKind::Cancelled,
        })
    }

    /// Waits, in milliseconds.
    ///
    /// # Errors
    /// As soon as it was ended.
    pub async fn sleep(&self, wait: u32) -> Result<(), Failure> {
        self.slept(wait).await;
        self.why().map_or(Ok(()), |kind| Err(Failure::of_kind(kind)))
    }
}

impl Arrived {
    /// Whether the status says that it worked.
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status())
    }

    /// A header, where the page may read it.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers().get(name).ok().flatten()
    }
}

/// Width and height in pixels, as JavaScript tells them.
pub fn pixels(size: &JsValue) -> Option<(u32, u32)> {
    let size: &Array = size.dyn_ref()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of pixels")]
    let side = |at| size.get(at).as_f64().map(|side| side as u32);
    Some((side(0)?, side(1)?))
}
