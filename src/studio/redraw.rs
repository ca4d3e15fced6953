//! In another language everything is drawn anew, and a person goes on where they were.

use super::Ui;
use crate::keep::record::{get, set};
use crate::session::call;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Lets a field take what was typed into it, and afterwards has the focus where it was and the addresses
/// that were typed and not taken so far.
pub fn redraw(ui: Ui) {
    let Some(app) = ui.app() else { return };
    let focused = app.query_selector(":focus").ok().flatten().map(JsValue::from);
    let focused = focused.map(|at| {
        // That it is left is what a field waits for.
        let _ = call(&at, "blur", &[]);
        get(&at, "id").as_string().unwrap_or_default()
    });
    let typed: Vec<_> = ["photo-address", "image-address", "reference-address"]
        .into_iter()
        .filter_map(|id| Some((id, get(&find(ui, id)?, "value").as_string()?)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if focused.is_none() && typed.is_empty() {
        return;
    }
    request_animation_frame(move || {
        for (id, value) in &typed {
            if let Some(field) = find(ui, id) {
                set(&field, "value", &value.into());
                // Who listens to the field hears of it as if it were typed.
                if let Ok(event) = web_sys::Event::new("input") {
                    let _ = call(&field, "dispatchEvent", &[event.into()]);
                }
            }
        }
        if let Some(id) = &focused {
            ui.focus(id);
        }
    });
}

fn find(ui: Ui, id: &str) -> Option<JsValue> {
    let found = ui.app()?.query_selector(&["#", id].concat()).ok().flatten();
    found.map(JsValue::from)
}
