//! The tools that float over a result.

use super::Ui;
use super::background;
use super::dynamic::{run, text};
use super::icon::{self, icon};
use crate::session::Outcome;
use crate::words;
use leptos::prelude::*;

pub fn tools(ui: Ui, outcome: &Outcome, compared: RwSignal<bool>) -> AnyView {
    let picture = &outcome.picture;
    let facts = format!(
        "{} · {} {} · {}",
        words::size(picture.size),
        picture.format.label(),
        words::bytes(picture.bytes()),
        words::seconds(outcome.took),
    );
    let use_as_photo = move |_| {
        // These tools go with the result.
        ui.focus(background::chosen(ui.session));
        ui.session.use_as_photo();
    };
    view! {
        <div class="tools" role="group" aria-label=words::RESULT>
            <button
                type="button"
                aria-pressed=text(move || compared.get().to_string())
                on:click=run(move |_| compared.update(|on| *on = !*on))
            >
                {icon(icon::COMPARE)}
                {words::COMPARE}
            </button>
            <a
                class="button"
                id="download"
                href=picture.url.as_str().to_owned()
                download=outcome.file_name()
            >
                {icon(icon::DOWNLOAD)}
                {words::DOWNLOAD}
            </a>
            <button type="button" id="use-as-photo" on:click=run(use_as_photo)>
                {icon(icon::AGAIN)}
                {words::USE_AS_PHOTO}
            </button>
            <small id="facts">{facts}</small>
        </div>
    }
    .into_any()
}
