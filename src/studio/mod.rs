//! What a person sees.

pub mod background;
pub mod code;
pub mod compare;
pub mod connect;
pub mod cutout;
pub mod desk;
mod details;
mod drop_zone;
mod dynamic;
mod export;
pub mod failure;
mod field;
mod finer;
mod header;
pub mod history;
mod history_entry;
mod icon;
pub mod ideas;
mod keys;
pub mod languages;
mod later;
mod looks;
mod modal;
mod opener;
mod panel;
pub mod photo;
mod photo_field;
mod picker;
mod presets;
pub mod progress;
pub mod queue;
pub mod redraw;
pub mod references;
pub mod result;
mod send_bar;
mod share;
mod smaller;
mod stage;
pub mod strip;
pub mod style;
pub mod together;
pub mod tools;
mod ui;
pub mod vary;
mod welcome;
mod zoom;

pub use looks::{Looks, Theme};
pub use style::adopt;

use crate::rest::here;
use crate::session::Session;
use dynamic::{flag, part, run, text};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
pub use ui::Ui;

/// The studio: a photo goes in, a picture on a new background comes out.
pub fn studio(session: Session, looks: Looks) -> AnyView {
    let ui = Ui::new(session, looks);
    drop_zone::take_pastes(ui);
    part(move || {
        // In another language everything is drawn anew; what is known stays in the session.
        session.language.track();
        if let Some(rest) = here() {
            (rest.redraw)(ui);
        }
        if looks.button.get() { opener::opener(ui) } else { app(ui) }
    })
    .into_any()
}

fn app(ui: Ui) -> AnyView {
    let session = ui.session;
    let dragging = drop_zone::DropZone::new(session);
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send_bar::send(ui);
        }
    };
    view! {
        <div
            class="app"
            part="studio"
            lang=session.language.code()
            class:dropping=flag(move || dragging.is_over())
            class:compact=flag(move || ui.looks.is_compact())
            node_ref=ui.app
            data-theme=text(move || ui.theme())
            on:keydown=run(keys)
            on:dragover=run(move |event| dragging.over(&event))
            on:dragleave=run(move |event| dragging.leave(&event))
            on:drop=run(move |event| dragging.drop(&event))
        >
            {header::header(ui)}
            <div class="main">
                {stage::stage(ui)}
                {panel::panel(ui)}
            </div>
            {later::dialog(ui, ui.connecting, |rest| rest.connect)}
            {later::dialog(ui, ui.coding, |rest| rest.code)}
            {later::dialog(ui, ui.looking_back, |rest| rest.history)}
            <p class="unseen" id="status" role="status">{text(move || session.said.get())}</p>
        </div>
    }
    .into_any()
}
