//! A link with the settings.

use super::Ui;
use super::code::copy;
use super::dynamic::{maybe, part, run, text};
use crate::session::call;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

const LINK: &str = "share-link";

pub fn share(ui: Ui) -> AnyView {
    let session = ui.session;
    let copied = RwSignal::new(String::new());
    let says = move || {
        let (link, along) = session.link();
        let line = |count: u32, words: fn(words::Language, u32) -> String| {
            (count > 0).then(|| words(session.language, count))
        };
        let lines = [
            Some(session.say(words::SHARE_WHAT).to_owned()),
            line(along.addresses, words::link_addresses),
            line(along.files, words::link_files),
            link.is_none().then(|| session.say(words::LINK_LONG).to_owned()),
        ];
        let lines = lines.into_iter().flatten();
        lines.map(|line| view! { <p>{line}</p> }.into_any()).collect::<Vec<_>>().into_any()
    };
    let press = move |_| {
        copied.set(String::new());
        let Some(link) = untrack(|| session.link()).0 else { return };
        spawn_local(async move {
            let done = copy(&link).await;
            if !done {
                mark(ui);
            }
            let says = if done { words::LINK_COPIED } else { words::LINK_NOT_COPIED };
            // The studio may be gone by now.
            copied.try_set(session.say(says).into());
        });
    };
    let line = move || {
        maybe(session.link().0.map(|link| {
            view! {
                <div class="beside">
                    <input
                        type="text"
                        id=LINK
                        dir="ltr"
                        readonly=true
                        aria-label=session.say(words::SHARE_LINK)
                        prop:value=link
                    />
                    <button class="primary" type="button" id="copy-link" on:click=run(press)>
                        {session.say(words::COPY_LINK)}
                    </button>
                </div>
            }
            .into_any()
        }))
    };
    view! {
        <div class="lines">{part(says)}</div>
        {part(line)}
        <small id="link-copied" role="status">{text(move || copied.get())}</small>
    }
    .into_any()
}

/// Marks the link, to be copied by keyboard.
fn mark(ui: Ui) {
    ui.focus(LINK);
    let input = ui.app().and_then(|app| app.query_selector("#share-link").ok().flatten());
    let _ = call(&input.map(JsValue::from).unwrap_or_default(), "select", &[]);
}
