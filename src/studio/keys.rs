//! The keys that hold in the whole studio, and the list of all there are.

use super::{Ui, desk};
use crate::keep::record::get;
use crate::session::{Edits, Session, is_own_page};
use crate::words;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

/// What takes letters, and undoes them itself.
const TYPED: &str = "textarea, select, input:not([type=radio], [type=checkbox], [type=range], [type=color], [type=file])";

/// Hears keys until the view goes: on our own page wherever the focus is, on another one only while it
/// is inside the studio.
pub fn listen(ui: Ui, edits: Edits, list: RwSignal<bool>) {
    let listener = window_event_listener_untyped("keydown", move |event| {
        let at = event.composed_path().get(0);
        if event.default_prevented() || !is_ours(ui, &event, &at) || is_typed(&at) {
            return;
        }
        let is = |name: &str| get(&event, name).is_truthy();
        match (key(&event).as_str(), is("ctrlKey") || is("metaKey")) {
            ("z", true) if is("shiftKey") => desk::stay(ui, || edits.redo()),
            ("z", true) => desk::stay(ui, || edits.undo()),
            ("y", true) => desk::stay(ui, || edits.redo()),
            ("?" | "؟" | "？", false) => list.set(true),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// The key's letter, or where there is another script on it, that of its place. What a browser fills in
/// by itself makes events without a key.
fn key(event: &Event) -> String {
    let text = |name: &str| get(event, name).as_string().unwrap_or_default();
    let key = text("key").to_ascii_lowercase();
    match text("code").strip_prefix("Key") {
        Some(letter) if !key.is_ascii() => letter.to_ascii_lowercase(),
        _ => key,
    }
}

fn is_ours(ui: Ui, event: &Event, at: &JsValue) -> bool {
    let Some(app) = ui.app() else { return false };
    let nowhere = || at.dyn_ref::<Element>().is_some_and(|at| at.tag_name() == "BODY");
    event.composed_path().includes(&app.into(), 0) || is_own_page() && nowhere()
}

fn is_typed(at: &JsValue) -> bool {
    let typed = |at: &Element| at.matches(TYPED).unwrap_or_default();
    get(at, "isContentEditable").is_truthy() || at.dyn_ref().is_some_and(typed)
}

/// Each key and what it does.
pub fn list(session: Session) -> AnyView {
    let say = move |words| session.say(words);
    let ctrl = if is_mac() { "⌘" } else { say(words::CTRL) };
    let with = |key: &str| [ctrl, " ", key].concat();
    let plain = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let anywhere = [
        (words::KEY_SEND, vec![with("⏎")]),
        (words::KEY_UNDO, vec![with("Z")]),
        (words::REDO, vec![with("⇧ Z"), with("Y")]),
        (words::KEY_PASTE, vec![with("V")]),
        (words::KEY_LIST, plain(&["?"])),
        (words::KEY_CLOSE, plain(&[say(words::ESCAPE)])),
    ];
    let picture = [
        (words::ZOOM_IN, plain(&["+"])),
        (words::ZOOM_OUT, plain(&["−"])),
        (words::FIT, plain(&["0"])),
        (words::ACTUAL_LABEL, plain(&["1"])),
        (words::KEY_MOVE, plain(&["←", "→", "↑", "↓"])),
        (words::KEY_SPLIT, plain(&["←", "→"])),
        (words::ORIGINAL_LABEL, plain(&["O"])),
        (words::FULL_SCREEN, plain(&["F"])),
    ];
    let fields = [(words::KEY_CHOICE, plain(&["←", "→"])), (words::KEY_ADDRESS, plain(&["⏎"]))];
    [
        group(session, words::KEYS_ANYWHERE, anywhere.into()),
        group(session, words::KEYS_PICTURE, picture.into()),
        group(session, words::KEYS_FIELDS, fields.into()),
    ]
    .into_any()
}

type Row = (&'static str, Vec<String>);

fn group(session: Session, title: &'static str, rows: Vec<Row>) -> AnyView {
    let row = |(what, keys): Row| {
        let keys = keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }.into_any());
        view! { <li><span>{session.say(what)}</span><span dir="ltr">{keys.collect::<Vec<_>>()}</span></li> }
            .into_any()
    };
    let rows = rows.into_iter().map(row).collect::<Vec<_>>();
    view! { <h3>{session.say(title)}</h3><ul class="keys">{rows}</ul> }.into_any()
}

fn is_mac() -> bool {
    let agent = get(&window().navigator(), "userAgent").as_string();
    agent.is_some_and(|agent| agent.contains("Mac OS"))
}
