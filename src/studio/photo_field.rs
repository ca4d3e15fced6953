//! The photo in the panel: what it is, and another.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use super::later::later;
use super::later::soon;
use super::picker::{address_line, picker};
use super::smaller::smaller;
use crate::photo::Photo;
use crate::session::{Session, Slot};
use crate::words;
use backdrop_contract::Name;
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

pub fn photo_field(ui: Ui) -> AnyView {
    let session = ui.session;
    let field = move || {
        // Another photo brings another field: the focus goes along.
        if ui.has_focus_within(".photo-field") {
            request_animation_frame(move || ui.focus(Name::Image.wire()));
        }
        if session.queued.get() > 0 {
            return later(session, move |rest| (rest.queue_field)(ui));
        }
        match session.photo.get() {
            None => none(session),
            Some(photo) => some(ui, &photo),
        }
    };
    let class = "photo-field";
    let hidden = move || session.is_hidden(Name::Image);
    view! {
        <div class=class prop:hidden=flag(hidden)>{part(field)}</div>
        {clean(session)}
    }
    .into_any()
}

fn none(session: Session) -> AnyView {
    let says = move || match session.problem(Name::Image) {
        Some(problem) => words::problem(session.language, &problem),
        None => session.say(words::NO_PHOTO).into(),
    };
    view! {
        <p class="photo" class:wrong=flag(move || session.problem(Name::Image).is_some())>
            <small id="image-help">{text(says)}</small>
            {picker(session, Slot::Photo, Name::Image.wire(), "picker ghost", session.say(words::CHOOSE))}
        </p>
    }
    .into_any()
}

fn some(ui: Ui, photo: &Photo) -> AnyView {
    let session = ui.session;
    let change = words::change(session.language, photo.change, photo.format());
    let change = (!change.is_empty())
        .then(|| view! { <small id="photo-change">{change}</small> }.into_any());
    let bytes = photo.bytes().map(|count| words::bytes(session.language, count));
    let facts = move || {
        let size = session.photo_size.get().map(|size| words::size(session.language, size));
        size.into_iter().chain(bytes.clone()).collect::<Vec<_>>().join(" · ")
    };
    view! {
        <div class="photo">
            <img src=photo.url().to_owned() alt=String::new() />
            <div id="image-help">
                <b>{photo.name.clone()}</b>
                <small id="photo-facts">{text(facts)}</small>
                {maybe(change)}
            </div>
            {picker(session, Slot::Photo, Name::Image.wire(), "picker ghost", session.say(words::CHANGE))}
        </div>
        {smaller(ui, Slot::Photo, photo)}
        {soon(session, move |rest| (rest.cut)(ui))}
        <details class="more" prop:hidden=flag(move || !session.is_open(Name::Image))>
            <summary>{session.say(words::USE_ADDRESS)}</summary>
            {address_line(session, Slot::Photo, "image-address")}
        </details>
    }
    .into_any()
}

/// The switch for metadata, which holds for references as well.
fn clean(session: Session) -> AnyView {
    let change = move |event: Event| {
        session.set_clean(event_target::<HtmlInputElement>(&event).checked());
    };
    view! {
        <div class="row">
            <div>
                <label for="clean">{session.say(words::CLEAN)}</label>
                <small id="clean-help">{session.say(words::CLEAN_HELP)}</small>
            </div>
            <input
                type="checkbox"
                role="switch"
                id="clean"
                aria-describedby="clean-help".to_owned()
                prop:checked=flag(move || session.intake.get().clean)
                on:change=run(change)
            />
        </div>
    }
    .into_any()
}
