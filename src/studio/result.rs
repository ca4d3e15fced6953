//! What is told under a result.

use super::details::details;
use super::dynamic::maybe;
use crate::endpoint::{Answers, Origin, PictureSource};
use crate::session::Outcome;
use crate::words;
use leptos::prelude::*;

/// Who made it, and what the provider told beside it.
pub fn told(outcome: &Outcome) -> AnyView {
    let told = details(&outcome.picture.details);
    view! { {maybe(made_by(outcome))} {maybe(told)} }.into_any()
}

/// Says plainly when a picture is the engine's own work, and when it lies elsewhere.
fn made_by(outcome: &Outcome) -> Option<AnyView> {
    let text = match (&outcome.picture.origin, &outcome.picture.source) {
        (Origin::Engine { look }, _) => {
            let here = outcome.answers == Answers::ThisMachine;
            words::made_by_engine(here, look.as_ref())
        }
        (_, PictureSource::Elsewhere(_)) => words::SHOWN_ONLY.to_owned(),
        _ => return None,
    };
    Some(view! { <p class="made-by" id="made-by">{text}</p> }.into_any())
}
