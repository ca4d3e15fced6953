//! The stage: the picture is the hero.

use super::dynamic::{flag, maybe, part};
use super::later::later;
use super::{Ui, background, compare, failure, strip, welcome};
use crate::session::Run;
use crate::words;
use leptos::prelude::*;

pub fn stage(ui: Ui) -> AnyView {
    let session = ui.session;
    let compared = RwSignal::new(true);
    let picture = move || {
        // The welcome goes with the first photo, and what was pressed in it too.
        if ui.has_focus_within(".welcome") {
            ui.focus(background::chosen(session));
        }
        if session.cutting.get() {
            return later(session, move |rest| (rest.cutout)(ui));
        }
        if session.together.get() {
            return later(session, move |rest| (rest.together)(ui));
        }
        if session.queued.get() > 0 && session.shown.get().is_none() {
            return later(session, move |rest| (rest.queue)(ui));
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
        let hidden = move || session.together.get() || session.cutting.get();
        maybe(session.outcome().filter(|_| !hidden()).map(tools))
    };
    let told = move || {
        maybe(
            session
                .outcome()
                .map(|outcome| later(session, move |rest| (rest.told)(session, &outcome))),
        )
    };
    let busy = RwSignal::new(false);
    let doing =
        move || maybe(busy.get().then(|| later(session, move |rest| (rest.progress)(session))));
    Effect::new(move |ran: Option<bool>| {
        let runs = session.run.with(Run::is_running);
        let is_busy = runs || session.arriving.get();
        if busy.get_untracked() != is_busy {
            busy.set(is_busy);
        }
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
                {part(doing)}
                {part(tools)}
            </div>
            {part(told)}
            {failure::failure(ui)}
            {strip::strip(session)}
        </section>
    }
    .into_any()
}
