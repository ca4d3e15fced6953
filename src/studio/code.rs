//! The request as code, in a drawer.

use super::Ui;
use super::dynamic::{run, text};
use super::modal::{follows, head, own_keys};
use crate::words;
use backdrop_contract::Language;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

const TABS: [(Language, &str, &str); 5] = [
    (Language::Curl, "code-curl", "cURL"),
    (Language::Python, "code-python", "Python"),
    (Language::JavaScript, "code-javascript", "JavaScript"),
    (Language::Rust, "code-rust", "Rust"),
    (Language::Json, "code-json", "JSON"),
];

/// The element with the code.
const SNIPPET: &str = "snippet";

/// The drawer is there all the time; what is in it only while it is open.
pub fn drawer(ui: Ui) -> AnyView {
    let chosen = RwSignal::new(Some(0));
    let session = ui.session;
    let copied = RwSignal::new(String::new());
    let at = move || chosen.get().unwrap_or_default();
    let now = move || TABS[at()];
    let code = move || match ui.coding.get() {
        true => ui.session.code(now().0),
        false => String::new(),
    };
    let dialog = follows(ui.coding, move |opens| {
        if opens {
            copied.set(String::new());
        }
    });
    let choose = move |at: usize| {
        chosen.set(Some(at));
        copied.set(String::new());
        ui.focus(TABS[at].1);
    };
    let keys = move |event: KeyboardEvent| {
        let (now, last) = (untrack(at), TABS.len() - 1);
        let at = match event.key().as_str() {
            "ArrowRight" => (now + 1) % TABS.len(),
            "ArrowLeft" => now.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        choose(at);
    };
    Effect::new(move |_| {
        dialog.track();
        for (tab, (_, id, _)) in TABS.into_iter().enumerate() {
            let selected = at() == tab;
            ui.attribute(id, "role", "tab");
            ui.attribute(id, "aria-controls", SNIPPET);
            ui.attribute(id, "aria-selected", if selected { "true" } else { "false" });
            ui.attribute(id, "tabindex", if selected { "0" } else { "-1" });
        }
        ui.attribute(SNIPPET, "role", "tabpanel");
        ui.attribute(SNIPPET, "tabindex", "0");
        ui.attribute(SNIPPET, "aria-labelledby", now().1);
    });
    let tabs = (0..TABS.len()).map(|tab| {
        let (_, id, label) = TABS[tab];
        view! {
            <button type="button" id=id on:click=run(move |_| choose(tab))>
                {label}
            </button>
        }
        .into_any()
    });
    let copy = move |_| {
        copied.set(String::new());
        let code = untrack(code);
        spawn_local(async move {
            let says = if copy(&code).await { words::COPIED } else { words::NOT_COPIED };
            // The studio may be gone by now.
            copied.try_set(session.say(says).into());
        });
    };
    view! {
        <dialog
            node_ref=dialog
            class="drawer"
            id="code-drawer"
            aria-label=session.say(words::CODE_TITLE)
            on:close=run(move |_| ui.coding.set(false))
            on:keydown=run(own_keys)
        >
            {head(session, words::CODE_TITLE, ui.coding)}
            <p class="hint">{text(move || hint(ui))}</p>
            <div class="segments" role="tablist" aria-label=session.say(words::LANGUAGES) on:keydown=run(keys)>
                {tabs.collect::<Vec<_>>()}
            </div>
            <pre id=SNIPPET>
                {text(code)}
            </pre>
            <div class="beside end">
                <small id="copied" role="status">{text(move || copied.get())}</small>
                <button class="primary" type="button" id="copy-code" on:click=run(copy)>
                    {session.say(words::COPY)}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}

/// What a reader of the code has to know.
fn hint(ui: Ui) -> String {
    ui.session.connection.with(|to| match to.key() {
        None if !to.is_device() => ui.session.say(words::CODE_WITHOUT_KEY).into(),
        _ => words::key_in(ui.session.language, to.dialect().host().key_variable),
    })
}

/// Puts a text on the clipboard, if the browser lets a page do that.
pub async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // There is none on a page that did not come over https.
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
