//! The style sheets, parsed once a page and shared by every studio on it.

use wasm_bindgen::prelude::*;
use web_sys::ShadowRoot;

const SHEETS: &str = concat!(
    include_str!("../../style/host.css"),
    include_str!("../../style/tokens.css"),
    include_str!("../../style/app.css"),
    include_str!("../../style/controls.css"),
    include_str!("../../style/stage.css"),
    include_str!("../../style/panel.css"),
    include_str!("../../style/dialog.css"),
    include_str!("../../style/code.css"),
);

// A constructed sheet: no `<style>` element, so the strictest Content-Security-Policy allows it.
#[wasm_bindgen(inline_js = r#"
let sheet;
export function adopt(root, text) {
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(text);
  root.adoptedStyleSheets = [sheet];
}"#)]
extern "C" {
    #[wasm_bindgen(js_name = adopt)]
    fn adopt_text(root: &ShadowRoot, text: &str);
}

/// Gives a shadow root the studio's looks.
pub fn adopt(root: &ShadowRoot) {
    adopt_text(root, SHEETS);
}
