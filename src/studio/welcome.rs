//! The empty stage: every way to start.

use super::Ui;
use super::dynamic::{flag, maybe, part, run};
use super::icon::{self, icon};
use super::picker::{address_line, picker};
use crate::session::{Session, Slot};
use crate::words;
use backdrop_contract::Name;
use leptos::prelude::*;

const CAMERA: &str = "photo-camera";

pub fn welcome(ui: Ui) -> AnyView {
    let Ui { session, looks, .. } = ui;
    let samples = move || {
        let samples = looks.seen.with(|seen| seen.samples.clone());
        maybe(samples.map(|folder| offer(session, &folder)))
    };
    // A camera instead of a list of files, where there is one to hold up: see the style sheet.
    request_animation_frame(move || ui.attribute(CAMERA, "capture", "environment"));
    let locked = move || !session.is_open(Name::Image);
    view! {
        <div class="welcome" part="empty">
            <slot name=words::SLOT_EMPTY>
                {icon(icon::PICTURE)}
                <h2>{session.say(words::WELCOME)}</h2>
                <fieldset class="ways" prop:hidden=flag(locked)>
                    <p>{session.say(words::WAYS_IN)}</p>
                    {picker(session, Slot::Photo, "photo-file", "picker primary", session.say(words::CHOOSE_PHOTO))}
                    {picker(session, Slot::Photo, CAMERA, "picker ghost outlined camera", session.say(words::TAKE_PHOTO))}
                    {address_line(session, Slot::Photo, "photo-address")}
                    {part(samples)}
                </fieldset>
            </slot>
        </div>
    }
    .into_any()
}

fn offer(session: Session, folder: &str) -> AnyView {
    let samples = words::SAMPLES.map(|(file, shows)| {
        let url = format!("{folder}{file}.jpg");
        let take = move |_| session.take_sample(url.clone(), format!("{file}.jpg"));
        view! {
            <li>
                <button type="button" on:click=run(take)>
                    <img src=format!("{folder}{file}-small.jpg") alt=session.say(shows).to_owned() />
                </button>
            </li>
        }
        .into_any()
    });
    view! {
        <p>{session.say(words::OR_SAMPLE)}</p>
        <ul class="samples">{Vec::from(samples)}</ul>
    }
    .into_any()
}
