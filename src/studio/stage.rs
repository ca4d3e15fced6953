//! The stage: the picture is the hero.

use super::dynamic::{flag, maybe, part, text};
use super::later::later;
use super::{Ui, background, compare, failure, strip, welcome};
use crate::endpoint::Phase;
use crate::session::{Run, Session};
use crate::words::{self, Language};
use leptos::prelude::*;

pub fn stage(ui: Ui) -> AnyView {
    let session = ui.session;
    let compared = RwSignal::new(true);
    let picture = move || {
        // The welcome goes with the first photo, and what was pressed in it too.
        if ui.has_focus_within(".welcome") {
            ui.focus(background::chosen(session));
        }
        match (session.outcome(), session.photo.get()) {
            (Some(outcome), _) => {
                later(session, move |rest| (rest.compare)(session, &outcome, compared))
            }
            (None, Some(photo)) => compare::photo(session, &photo),
            (None, None) => welcome::welcome(ui),
        }
    };
    let tools = move || {
        let tools = |outcome| later(session, move |rest| (rest.tools)(ui, &outcome, compared));
        maybe(session.outcome().map(tools))
    };
    let told = move || {
        maybe(
            session
                .outcome()
                .map(|outcome| later(session, move |rest| (rest.told)(session, &outcome))),
        )
    };
    Effect::new(move |ran: Option<bool>| {
        let runs = session.run.with(Run::is_running);
        if ran == Some(true) && !runs {
            // After the views have shown what came of it.
            request_animation_frame(move || ui.show_stage());
        }
        runs
    });
    view! {
        <section class="stage" part="stage" aria-label=session.say(words::PICTURE)>
            <div class="canvas" part="canvas" class:busy=flag(move || session.run.with(Run::is_running))>
                {part(picture)}
                // Screen readers are told by the status line instead.
                <p class="phase" aria-hidden="true">{text(move || phase(session))}</p>
                {part(tools)}
            </div>
            {part(told)}
            {failure::failure(ui)}
            {strip::strip(session)}
        </section>
    }
    .into_any()
}

/// What is going on, over the picture; empty when nothing is.
fn progress(language: Language, run: &Run) -> String {
    match run {
        Run::Waiting { kind, seconds, .. } => {
            words::sending_again(language, words::failure(*kind, false).title, *seconds)
        }
        Run::Running { phase: Phase::Receiving { received, total }, .. } => {
            words::receiving(language, words::RECEIVING, *received, *total)
        }
        Run::Running { phase: Phase::Fetching { received, total }, .. } => {
            words::receiving(language, words::FETCHING, *received, *total)
        }
        Run::Running { phase, .. } => language
            .say(match phase {
                Phase::Reading => words::READING,
                Phase::Queued => words::QUEUED,
                Phase::Asking => words::ASKING_AFTER,
                Phase::Resuming => words::RESUMING,
                _ => words::MAKING,
            })
            .to_owned(),
        _ => String::new(),
    }
}

/// A large photo takes a moment to be read and checked.
fn phase(session: Session) -> String {
    match session.arriving.get() {
        true => session.say(words::READING).to_owned(),
        false => session.run.with(|run| progress(session.language, run)),
    }
}
