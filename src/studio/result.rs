//! What is told under a result.

use super::details::details;
use super::dynamic::maybe;
use crate::endpoint::{Answers, Origin, PictureSource};
use crate::session::{Outcome, Session};
use crate::words;
use leptos::prelude::*;

/// Who made it, and what the provider told beside it.
pub fn told(session: Session, outcome: &Outcome) -> AnyView {
    let told = details(session.language, &outcome.picture.details);
    view! { {maybe(made_by(session, outcome))} {maybe(told)} }.into_any()
}

/// Says plainly when a picture is the engine's own work, and when it lies elsewhere.
fn made_by(session: Session, outcome: &Outcome) -> Option<AnyView> {
    let text = match (&outcome.picture.origin, &outcome.picture.source) {
        (Origin::Engine { look }, _) => {
            let here = outcome.answers == Answers::ThisMachine;
            words::made_by_engine(session.language, here, look.as_ref())
        }
        (_, PictureSource::Elsewhere(_)) => session.say(words::SHOWN_ONLY).to_owned(),
        _ => return None,
    };
    Some(view! { <p class="made-by" id="made-by">{text}</p> }.into_any())
}
