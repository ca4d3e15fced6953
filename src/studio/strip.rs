//! Every picture of this session, so that a new one never takes an old one's place.

use super::dynamic::{maybe, part, run, text};
use super::later::later;
use crate::session::{Outcome, Session};
use crate::words;
use leptos::prelude::*;

pub fn strip(session: Session) -> AnyView {
    let strip = move || {
        let empty = session.outcomes.with(Vec::is_empty);
        maybe((!empty).then(|| later(session, move |rest| (rest.results)(session))))
    };
    part(strip).into_any()
}

/// All of them.
pub fn results(session: Session) -> AnyView {
    let outcomes = session.outcomes.get();
    let items: Vec<_> =
        outcomes.iter().enumerate().map(|(at, one)| item(session, at, one)).collect();
    view! { <ul class="strip" part="results" aria-label=session.say(words::RESULTS)>{items}</ul> }
        .into_any()
}

fn item(session: Session, at: usize, outcome: &Outcome) -> AnyView {
    let on = move || (session.shown.get() == Some(at) && !session.together.get()).to_string();
    let caption = words::seed_and_time(session.language, outcome.seed, outcome.took);
    view! {
        <li>
            <button
                type="button"
                aria-pressed=text(on)
                on:click=run(move |_| session.show(Some(at)))
            >
                <img src=outcome.picture.url().to_owned() alt=outcome.file_name() />
                <span>{caption}</span>
            </button>
        </li>
    }
    .into_any()
}
