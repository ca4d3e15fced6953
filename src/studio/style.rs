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
);

/// What only the rest of the program draws.
const MORE: &str = concat!(
    include_str!("../../style/result.css"),
    include_str!("../../style/code.css"),
    include_str!("../../style/desk.css"),
    include_str!("../../style/cutout.css"),
    include_str!("../../style/queue.css"),
    include_str!("../../style/history.css"),
);

// A constructed sheet: no `<style>` element, so the strictest Content-Security-Policy allows it.
#[wasm_bindgen(inline_js = r#"
const sheets = [];
const both = () => (sheets.length ? sheets : (sheets.push(new CSSStyleSheet(), new CSSStyleSheet()), sheets));
let first;
export function adopt(root, text) {
  if (!first) (first = both()[0]).replaceSync(text);
  root.adoptedStyleSheets = sheets;
}
export function more(text) {
  both()[1].replaceSync(text);
}"#)]
extern "C" {
    #[wasm_bindgen(js_name = adopt)]
    fn adopt_text(root: &ShadowRoot, text: &str);

    #[wasm_bindgen(js_name = more)]
    fn more_text(text: &str);
}

/// Gives a shadow root the studio's looks.
pub fn adopt(root: &ShadowRoot) {
    adopt_text(root, SHEETS);
}

/// The looks of the rest of the program, for every studio on the page.
pub fn more() {
    more_text(MORE);
}
