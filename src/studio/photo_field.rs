//! The photo in the panel: what it is, and another.

use super::Ui;
use super::dynamic::{flag, part, text};
use super::picker::{address_line, picker};
use crate::photo::Photo;
use crate::session::{Session, Slot};
use crate::words;
use backdrop_contract::Name;
use leptos::prelude::*;

pub fn photo_field(ui: Ui) -> AnyView {
    let session = ui.session;
    let field = move || {
        // Another photo brings another field: the focus goes along.
        if ui.has_focus_within(".photo-field") {
            request_animation_frame(move || ui.focus(Name::Image.wire()));
        }
        match session.photo.get() {
            None => none(session),
            Some(photo) => some(session, &photo),
        }
    };
    view! { <div class="photo-field">{part(field)}</div> }.into_any()
}

fn none(session: Session) -> AnyView {
    let says = move || match session.problem(Name::Image) {
        Some(problem) => words::problem(&problem),
        None => words::NO_PHOTO.into(),
    };
    view! {
        <p class="photo" class:wrong=flag(move || session.problem(Name::Image).is_some())>
            <small id="image-help">{text(says)}</small>
            {picker(session, Slot::Photo, Name::Image.wire(), "picker ghost", words::CHOOSE)}
        </p>
    }
    .into_any()
}

fn some(session: Session, photo: &Photo) -> AnyView {
    let bytes = photo.bytes().map(words::bytes);
    let facts = move || {
        let size = session.photo_size.get().map(words::size);
        size.into_iter().chain(bytes.clone()).collect::<Vec<_>>().join(" · ")
    };
    view! {
        <div class="photo">
            <img src=photo.url().to_owned() alt=String::new() />
            <div id="image-help">
                <b>{photo.name.clone()}</b>
                <small id="photo-facts">{text(facts)}</small>
            </div>
            {picker(session, Slot::Photo, Name::Image.wire(), "picker ghost", words::CHANGE)}
        </div>
        <details class="more">
            <summary>{words::USE_ADDRESS}</summary>
            {address_line(session, Slot::Photo, "image-address")}
        </details>
    }
    .into_any()
}
