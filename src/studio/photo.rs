//! What can be done with the photo in the panel.

use super::dynamic::flag;
use super::picker::address_line;
use super::smaller::smaller;
use super::{Ui, cutout, finer};
use crate::photo::Photo;
use crate::session::Slot;
use crate::words;
use backdrop_contract::Name;
use leptos::prelude::*;

/// Stands under it.
pub fn under_photo(ui: Ui, photo: &Photo) -> AnyView {
    let session = ui.session;
    view! {
        {smaller(ui, Slot::Photo, photo)}
        {cutout::offer(ui)}
        {finer::choice(ui)}
        <details class="more" prop:hidden=flag(move || !session.is_open(Name::Image))>
            <summary>{session.say(words::USE_ADDRESS)}</summary>
            {address_line(session, Slot::Photo, "image-address")}
        </details>
    }
    .into_any()
}
