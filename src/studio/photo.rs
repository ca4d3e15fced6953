//! The photo in the panel: what it is, and another.

use super::dynamic::{flag, maybe, text};
use super::picker::{address_line, picker};
use super::smaller::smaller;
use super::{Ui, cutout};
use crate::photo::Photo;
use crate::session::Slot;
use crate::words;
use backdrop_contract::Name;
use leptos::prelude::*;

pub fn photo(ui: Ui, photo: &Photo) -> AnyView {
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
        {cutout::offer(ui)}
        <details class="more" prop:hidden=flag(move || !session.is_open(Name::Image))>
            <summary>{session.say(words::USE_ADDRESS)}</summary>
            {address_line(session, Slot::Photo, "image-address")}
        </details>
    }
    .into_any()
}
