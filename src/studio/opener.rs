//! The studio behind one button, for a page that has little room.

use super::dynamic::{part, run, text};
use super::icon::{self, icon};
use super::{Ui, app};
use crate::session::Run;
use crate::words;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// A button that opens the studio as a dialog, and shows the picture that came of it.
pub fn opener(ui: Ui) -> AnyView {
    let session = ui.session;
    let picture = move || match session.outcome() {
        Some(outcome) => {
            let url = outcome.picture.url().to_owned();
            let alt = words::on_new_background(session.language, &outcome.name);
            view! { <img src=url alt=alt /> }.into_any()
        }
        None => icon(icon::PICTURE).into_any(),
    };
    let label = move || match (session.run.with(Run::is_running), session.shown.get()) {
        (true, _) => words::WORKING,
        (false, Some(_)) => words::CHANGE_PICTURE,
        (false, None) => words::MAKE_PICTURE,
    };
    let open = move |_| {
        if let Some(dialog) = dialog(ui) {
            let _ = dialog.show_modal();
        }
    };
    view! {
        <div class="frame" data-theme=text(move || ui.theme())>
            <button
                class="opener"
                id="open-studio"
                part="button"
                type="button"
                aria-haspopup="dialog"
                on:click=run(open)
            >
                {part(picture)}
                {text(move || session.say(label()).into())}
            </button>
            <dialog class="sheet" part="dialog" aria-label=words::NAME>
                {app(ui)}
            </dialog>
        </div>
    }
    .into_any()
}

/// Closes the dialog; the button that opened it has the focus again.
pub fn close(ui: Ui) {
    if let Some(dialog) = dialog(ui) {
        dialog.close();
    }
}

fn dialog(ui: Ui) -> Option<HtmlDialogElement> {
    ui.app()?.parent_element()?.dyn_into().ok()
}
