//! What other tabs change in the browser's database, and this one.

use super::room::{Shut, ask};
use super::store::Store;
use js_sys::Function;
use wasm_bindgen::prelude::*;

/// Hears that a store has changed, while it is held.
pub struct Changes {
    end: Function,
    _then: Closure<dyn FnMut()>,
}

impl Changes {
    /// Calls `then` after every change.
    ///
    /// # Errors
    /// [`Shut`] where the browser tells nothing.
    pub async fn hear(store: Store, then: impl FnMut() + 'static) -> Result<Self, Shut> {
        let then = Closure::<dyn FnMut()>::new(then);
        let end = ask("onChange", &[store.name(), then.as_ref().clone()]).await?;
        Ok(Self { end: end.unchecked_into(), _then: then })
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        let _ = self.end.call0(&JsValue::NULL);
    }
}
