//! The room where things are kept: JavaScript over the browser's own storage, in a file of its own
//! (`room/room.js`) that is brought when it is first wanted. It holds the files, whose bytes never enter
//! wasm; this side holds what is said of them.

use js_sys::{Array, Error};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/keep/room.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = ask)]
    async fn ask_room(what: &str, values: &Array) -> Result<JsValue, JsValue>;
}

/// Why the room did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// There is no space left on the disk, or none that this page may have.
    Full,
    /// The browser keeps nothing for this page, the room's file did not come, or it cannot do this.
    Closed,
}

/// Calls one of the functions that `room/room.js` exports, by its name.
///
/// # Errors
/// [`Shut`] where the browser keeps nothing or no more, and whatever else the function threw.
pub async fn ask(what: &str, values: &[JsValue]) -> Result<JsValue, Shut> {
    ask_room(what, &values.iter().collect()).await.map_err(|error| {
        let name = error.dyn_ref::<Error>().map(|error| String::from(error.name()));
        match name.as_deref() {
            Some("QuotaExceededError") => Shut::Full,
            _ => Shut::Closed,
        }
    })
}
