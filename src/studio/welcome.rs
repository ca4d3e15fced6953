//! The empty stage: every way to start.

use super::dynamic::{maybe, run};
use super::icon::{self, icon};
use super::picker::{address_line, picker};
use crate::session::{Session, Slot};
use crate::words;
use leptos::prelude::*;

/// `samples` is the folder with the sample photos, ending in a slash.
pub fn welcome(session: Session, samples: Option<&str>) -> AnyView {
    view! {
        <div class="welcome">
            {icon(icon::PICTURE)}
            <h2>{words::WELCOME}</h2>
            <p>{words::WAYS_IN}</p>
            {picker(session, Slot::Photo, "photo-file", "picker primary", words::CHOOSE_PHOTO)}
            {address_line(session, Slot::Photo, "photo-address")}
            {maybe(samples.map(|folder| offer(session, folder)))}
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
                    <img src=format!("{folder}{file}-small.jpg") alt=shows.to_owned() />
                </button>
            </li>
        }
        .into_any()
    });
    view! {
        <p>{words::OR_SAMPLE}</p>
        <ul class="samples">{Vec::from(samples)}</ul>
    }
    .into_any()
}
