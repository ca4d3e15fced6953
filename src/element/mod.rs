//! The tag `<backdrop-studio>`: a small JavaScript class, because only one can extend
//! `HTMLElement`, and what it calls.

use crate::studio::{Studio, adopt};
use backdrop_contract::PATH;
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::any::Any;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};

/// The tag's name.
pub const TAG: &str = "backdrop-studio";

#[wasm_bindgen(module = "/src/element/element.js")]
extern "C" {
    #[wasm_bindgen(js_name = define)]
    fn define_element(tag: &str, mount: &JsValue);
}

/// A studio on a page; freeing it ends everything it started.
#[wasm_bindgen]
pub struct Mounted {
    // The handle's type names the whole view; nobody needs to know it.
    _handle: Box<dyn Any>,
    owner: Owner,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Said, not left to the last reference: a request that runs holds one of its own.
        self.owner.cleanup();
    }
}

/// Defines the tag, once a page; again is harmless.
pub fn define() {
    let mount = Closure::<dyn Fn(HtmlElement, ShadowRoot, HtmlElement) -> Mounted>::new(mount);
    define_element(TAG, &mount.into_js_value());
}

/// Puts a studio into a host's shadow root; `place` is a `div` in it.
#[expect(clippy::needless_pass_by_value, reason = "JavaScript hands its arguments over")]
fn mount(host: HtmlElement, root: ShadowRoot, place: HtmlElement) -> Mounted {
    adopt(&root);
    let endpoint = host.get_attribute("endpoint").unwrap_or_else(|| PATH.to_owned());
    let samples = host.get_attribute("samples");
    let owner = Owner::new();
    let handle = owner.with(|| mount_to(place, move || view! { <Studio endpoint samples /> }));
    Mounted { _handle: Box::new(handle), owner }
}
