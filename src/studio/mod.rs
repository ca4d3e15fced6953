//! What a person sees.

mod background;
mod compare;
mod connect;
mod drop_zone;
mod dynamic;
mod failure;
mod field;
mod header;
mod icon;
mod panel;
mod photo_field;
mod picker;
mod send_bar;
mod stage;
mod strip;
mod style;
mod tools;
mod ui;
mod welcome;

pub use style::adopt;

use crate::endpoint::Connection;
use crate::session::Session;
use dynamic::{flag, run, text};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use ui::Ui;

/// The studio: a photo goes in, a picture on a new background comes out.
#[component]
pub fn Studio(
    /// Where the site's own endpoint is, relative to the page or absolute.
    #[prop(into)]
    endpoint: String,
    /// The folder with the sample photos, ending in a slash; without it none are offered.
    #[prop(into)]
    samples: Option<String>,
) -> impl IntoView {
    let session = Session::new(Connection::through_site(endpoint));
    let ui = Ui::new(session);
    let theme = RwSignal::new(header::Theme::Auto);
    let dragging = drop_zone::DropZone::new(session);
    drop_zone::take_pastes(ui);
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send_bar::send(ui);
        }
    };
    view! {
        <div
            class="app"
            class:dropping=flag(move || dragging.is_over())
            node_ref=ui.app
            data-theme=text(move || theme.get().name().into())
            on:keydown=run(keys)
            on:dragover=run(move |event| dragging.over(&event))
            on:dragleave=run(move |event| dragging.leave(&event))
            on:drop=run(move |event| dragging.drop(&event))
        >
            {header::header(ui, theme)}
            <div class="main">
                {stage::stage(ui, samples)}
                {panel::panel(ui)}
            </div>
            {connect::dialog(ui)}
            <p class="unseen" id="status" role="status">{text(move || session.said.get())}</p>
        </div>
    }
}
