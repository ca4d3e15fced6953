//! The pictures that the new background follows: one, or a list where the endpoint takes one.

use super::Ui;
use super::dynamic::{flag, maybe, part, run};
use super::field::{help, label};
use super::picker::{address_line, picker};
use super::smaller::smaller;
use crate::photo::Photo;
use crate::session::Slot;
use crate::words;
use backdrop_contract::Name;
use leptos::prelude::*;

const NAME: Name = Name::RefImages;

pub fn references(ui: Ui) -> AnyView {
    let session = ui.session;
    let chosen = move || {
        let all = session.references.get();
        all.iter().enumerate().map(|(at, photo)| one(ui, at, photo)).collect::<Vec<_>>().into_any()
    };
    let choose = move || {
        let more = session.takes_several() && session.references.with(|all| !all.is_empty());
        let label = if more { words::ADD_REFERENCE } else { words::CHOOSE_REFERENCE };
        picker(session, Slot::Reference, NAME.wire(), "picker ghost outlined", session.say(label))
    };
    view! {
        <div class="field reference" prop:hidden=flag(move || session.is_hidden(NAME))>
            {label(session, NAME)}
            <fieldset prop:disabled=flag(move || !session.is_open(NAME))>
                <div class="references" id="reference">{part(chosen)}</div>
                {part(choose)}
                {address_line(session, Slot::Reference, "reference-address")}
            </fieldset>
            {help(session, NAME)}
        </div>
    }
    .into_any()
}

fn one(ui: Ui, at: usize, photo: &Photo) -> AnyView {
    let session = ui.session;
    let name = photo.name.clone();
    let change = match at < session.most_references() {
        true => words::change(session.language, photo.change, photo.format()),
        false => session.say(words::NOT_SENT).into(),
    };
    let change = (!change.is_empty()).then(|| view! { <small>{change}</small> }.into_any());
    let remove = move |_| {
        session.remove_reference(at);
        // The button goes with its picture.
        request_animation_frame(move || ui.focus(NAME.wire()));
    };
    let failed = {
        let name = name.clone();
        move |_| session.refuse(words::cannot_be_shown(session.language, &name))
    };
    view! {
        <div class="photo">
            <img src=photo.url().to_owned() alt=String::new() on:error=run(failed) />
            <div>
                <b>{name.clone()}</b>
                {maybe(change)}
            </div>
            <button
                class="ghost"
                type="button"
                aria-label=words::remove(session.language, &name)
                on:click=run(remove)
            >
                {session.say(words::REMOVE)}
            </button>
        </div>
        {smaller(ui, Slot::Reference, photo)}
    }
    .into_any()
}
