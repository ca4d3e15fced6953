//! Values in the browser's storage, and who is at work on them. Storage may be missing or forbidden:
//! then nothing is kept, and nothing fails.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/keep/kept.js")]
extern "C" {
    pub fn keep(name: &str, values: &Array);
    pub fn forget(name: &str);
    pub fn all(start: &str) -> Array;
    fn hold(name: &str) -> Function;

    #[wasm_bindgen(js_name = isHeld, catch)]
    async fn held(name: &str) -> Result<JsValue, JsValue>;
}

/// Says to other tabs that this one is at work, until it is dropped or the page ends.
pub struct Hold(Function);

impl Hold {
    pub fn new(name: &str) -> Self {
        Self(hold(name))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::NULL);
    }
}

/// Whether a page that is open holds this name.
pub async fn is_held(name: &str) -> bool {
    held(name).await.is_ok_and(|held| held.is_truthy())
}
