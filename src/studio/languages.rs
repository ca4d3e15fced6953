//! The languages, for a page whose visitors choose.

use super::Ui;
use super::dynamic::{flag, run};
use crate::words;
use leptos::prelude::*;

/// The languages, each by its own name.
pub fn languages(ui: Ui) -> AnyView {
    let language = ui.session.language;
    let now = language.code();
    let choose = move |event| {
        if let Some(app) = ui.app() {
            language.choose(&app, &event_target_value(&event));
        }
    };
    let options = words::SPOKEN.map(|(code, name)| {
        view! { <option value=code lang=code prop:selected=flag(move || code == now)>{name}</option> }
            .into_any()
    });
    view! {
        <select
            class="ghost"
            id="language"
            aria-label=ui.session.say(words::LANGUAGE)
            on:change=run(choose)
        >
            {Vec::from(options)}
        </select>
    }
    .into_any()
}
