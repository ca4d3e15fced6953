//! The offer of a smaller copy, under a picture that is over the limit.

use super::Ui;
use super::dynamic::{maybe, part, run};
use crate::photo::Photo;
use crate::session::{Excess, Slot};
use crate::words;
use leptos::prelude::*;

pub fn smaller(ui: Ui, slot: Slot, photo: &Photo) -> AnyView {
    let photo = StoredValue::new_local(photo.clone());
    let offer = move || {
        let photo = photo.get_value();
        let excess = ui.session.excess(&photo);
        maybe(excess.map(|excess| offer(ui, slot, photo, excess)))
    };
    part(offer).into_any()
}

/// What is too much, and the button that takes the copy.
fn offer(ui: Ui, slot: Slot, photo: Photo, excess: Excess) -> AnyView {
    let session = ui.session;
    let made = session.smaller_copy(&photo, excess);
    let failed = made.as_ref().is_some_and(|made| made.failed);
    let rest = match made.and_then(|made| made.copy) {
        Some(copy) => {
            let label = words::use_smaller(session.language, &copy);
            let take = move |_| {
                session.take_smaller(slot, &photo, copy.clone());
                // The button goes with the picture that it was about.
                request_animation_frame(move || ui.focus(slot.name().wire()));
            };
            view! {
                <button class="ghost outlined" type="button" on:click=run(take)>{label}</button>
            }
            .into_any()
        }
        None if failed => session.say(words::NO_SMALLER).into_any(),
        None => session.say(words::MAKING_SMALLER).into_any(),
    };
    view! {
        <div class="smaller" role="status">
            <small>{words::excess(session.language, excess)}</small>
            {rest}
        </div>
    }
    .into_any()
}
