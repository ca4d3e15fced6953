//! The stage: the picture is the hero.

use super::dynamic::{flag, maybe, part};
use super::{Ui, background, compare, failure, strip, tools, welcome};
use crate::endpoint::{Answers, Origin, Phase};
use crate::session::{Outcome, Run};
use crate::words;
use leptos::prelude::*;

pub fn stage(ui: Ui, samples: Option<String>) -> AnyView {
    let session = ui.session;
    let compared = RwSignal::new(true);
    let picture = move || {
        // The welcome goes with the first photo, and what was pressed in it too.
        if ui.has_focus_within(".welcome") {
            ui.focus(background::chosen(session));
        }
        match (session.outcome(), session.photo.get()) {
            (Some(outcome), _) => compare::compare(&outcome, compared),
            (None, Some(photo)) => compare::photo(session, &photo),
            (None, None) => welcome::welcome(session, samples.as_deref()),
        }
    };
    let tools =
        move || maybe(session.outcome().map(|outcome| tools::tools(ui, &outcome, compared)));
    let origin = move || maybe(session.outcome().and_then(|outcome| made_by(&outcome)));
    Effect::new(move |ran: Option<bool>| {
        let runs = session.run.with(Run::is_running);
        if ran == Some(true) && !runs {
            // After the views have shown what came of it.
            request_animation_frame(move || ui.show_stage());
        }
        runs
    });
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
fn made_by(outcome: &Outcome) -> Option<AnyView> {
    let Origin::Engine { look } = &outcome.picture.origin else {
        return None;
    };
    let here = outcome.answers == Answers::ThisMachine;
    let text = words::made_by_engine(here, look.as_ref());
    Some(view! { <p class="made-by" id="made-by">{text}</p> }.into_any())
}
