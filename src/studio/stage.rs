//! The stage: the picture is the hero.

use super::dynamic::{flag, maybe, part};
use super::{Ui, compare, failure, strip, tools, welcome};
use crate::endpoint::{Answers, Origin, Phase};
use crate::session::Run;
use crate::words;
use leptos::prelude::*;

pub fn stage(ui: Ui, samples: Option<String>) -> AnyView {
    let session = ui.session;
    let compared = RwSignal::new(true);
    let picture = move || match (session.outcome(), session.photo.get()) {
        (Some(outcome), _) => compare::compare(&outcome, compared),
        (None, Some(photo)) => compare::photo(session, &photo),
        (None, None) => welcome::welcome(session, samples.as_deref()),
    };
    let tools =
        move || maybe(session.outcome().map(|outcome| tools::tools(session, &outcome, compared)));
    let origin = move || {
        let origin = session.outcome().map(|outcome| outcome.picture.origin);
        maybe(origin.and_then(|origin| made_by(&origin, &session.answers.get())))
    };
    view! {
        <section class="stage" aria-label=words::PICTURE>
            <div class="canvas" class:busy=flag(move || session.run.with(Run::is_running))>
                {part(picture)}
                {part(move || maybe(session.run.with(progress)))}
                {part(tools)}
            </div>
            {part(origin)}
            {failure::failure(ui)}
            {strip::strip(session)}
        </section>
    }
    .into_any()
}

/// What is going on, over the picture. Screen readers are told by the status line instead.
fn progress(run: &Run) -> Option<AnyView> {
    let Run::Running { phase, .. } = run else {
        return None;
    };
    let text = match phase {
        Phase::Reading => words::READING,
        Phase::Waiting => words::MAKING,
        Phase::Receiving => words::RECEIVING,
    };
    Some(view! { <p class="phase" aria-hidden="true">{text}</p> }.into_any())
}

/// Says plainly when a picture is the engine's own work.
fn made_by(origin: &Origin, answers: &Answers) -> Option<AnyView> {
    let Origin::Engine { look } = origin else {
        return None;
    };
    let place = match answers {
        Answers::ThisMachine => words::MADE_HERE,
        _ => words::MADE_ON_SERVER,
    };
    let text = match look {
        Some(look) => format!(
            "{place}: your words chose the painted look “{look}”. Scenes from words need the provider."
        ),
        None => format!("{place}, without the provider."),
    };
    Some(view! { <p class="made-by" id="made-by">{text}</p> }.into_any())
}
