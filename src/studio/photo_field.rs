//! The photo in the panel: what it is, and another.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use super::later::{later, soon};
use super::picker::picker;
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
    let (url, name) = (photo.url().to_owned(), photo.name.clone());
    let photo = StoredValue::new_local(photo.clone());
    view! {
        <div class="photo">
            <img src=url alt=String::new() />
            <div id="image-help">
                <b>{name}</b>
                <small id="photo-facts">{text(facts)}</small>
                {maybe(change)}
            </div>
            {picker(session, Slot::Photo, Name::Image.wire(), "picker ghost", session.say(words::CHANGE))}
        </div>
        {soon(session, move |rest| (rest.under_photo)(ui, &photo.get_value()))}
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
