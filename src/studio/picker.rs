//! A file picker that looks like a button and is one to the keyboard.

use super::dynamic::{flag, run, text};
use super::field::help_id;
use crate::photo::images;
use crate::session::{Session, Slot};
use crate::words;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

/// What the system's dialog offers; what is taken is decided by first bytes.
const ACCEPT: &str = "image/*";

/// What the page around narrows it down to, if it does.
fn accepted(session: Session) -> String {
    let accept = session.rules.with(|rules| rules.accept.clone());
    if accept.is_empty() { ACCEPT.to_owned() } else { accept }
}

/// A label around a file input: focusable, operable by keyboard, and with the browser's own name.
pub fn picker(
    session: Session,
    slot: Slot,
    id: &'static str,
    class: &'static str,
    label: &'static str,
) -> AnyView {
    let change = move |event: web_sys::Event| {
        let input = event_target::<HtmlInputElement>(&event);
        session.take_files(slot, images(input.files()));
        // The same file can be chosen again after a change.
        input.set_value("");
    };
    view! {
        <label class=class prop:hidden=flag(move || !session.is_open(slot.name()))>
            <input
                class="unseen"
                type="file"
                id=id
                accept=text(move || accepted(session))
                prop:multiple=flag(move || slot == Slot::Photo || session.takes_several())
                aria-describedby=help_id(slot.name())
                aria-invalid=text(move || session.problem(slot.name()).is_some().to_string())
                on:change=run(change)
            />
            {label}
        </label>
    }
    .into_any()
}

/// A line for the address of a picture.
pub fn address_line(session: Session, slot: Slot, id: &'static str) -> AnyView {
    let typed = RwSignal::new(String::new());
    let take = move || {
        if session.take_address(slot, &typed.get_untracked()) {
            typed.set(String::new());
        }
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            take();
        }
    };
    view! {
        <div class="address">
            <input
                type="url"
                id=id
                placeholder=session.say(words::ADDRESS_HINT)
                aria-label=session.say(words::ADDRESS_LABEL)
                prop:value=text(move || typed.get())
                on:input=run(move |event| typed.set(event_target_value(&event)))
                on:keydown=run(keys)
            />
            <button class="ghost" type="button" on:click=run(move |_| take())>
                {session.say(words::USE)}
            </button>
        </div>
    }
    .into_any()
}
