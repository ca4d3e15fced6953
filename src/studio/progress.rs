//! What is going on, over the picture: how far it is, how long it takes, how long it may.

use super::dynamic::{part, text};
use crate::endpoint::{Answers, Phase};
use crate::session::{Run, Session, milliseconds, now};
use crate::words::{self, Language};
use leptos::prelude::*;
use std::time::Duration;

const TICK: Duration = Duration::from_millis(250);

pub fn progress(session: Session) -> AnyView {
    let spent = RwSignal::new(0_u32);
    let tick = move || {
        let started = session.run.try_with_untracked(Run::started).flatten();
        spent.try_set(started.map_or(0, |started| milliseconds(now() - started)));
    };
    tick();
    if let Ok(timer) = set_interval_with_handle(tick, TICK) {
        on_cleanup(move || timer.clear());
    }
    // What is paid for is not left without a word. On this machine nothing is lost.
    let leaving = window_event_listener_untyped("beforeunload", move |event| {
        let runs = session.run.try_with_untracked(Run::is_running) == Some(true);
        let paid = session.answers.try_with_untracked(Answers::is_engine) == Some(false);
        if runs && paid {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
    let bar = move || {
        let label = session.say(words::PROGRESS);
        match part_done(session, spent.get()) {
            Some(done) => {
                view! { <progress max="100" value=done.to_string() aria-label=label></progress> }
                    .into_any()
            }
            None => view! { <progress aria-label=label></progress> }.into_any(),
        }
    };
    view! {
        <div class="phase">
            // Screen readers are told by the status line instead.
            <p aria-hidden="true">
                <span>{text(move || phase(session))}</span>
                <small>{text(move || time(session, spent.get()))}</small>
            </p>
            {part(bar)}
        </div>
    }
    .into_any()
}

/// In hundredths; none where nobody knows, and where it takes longer than it should.
fn part_done(session: Session, spent: u32) -> Option<u32> {
    let of = |part: u32, whole: u32| {
        let part = u64::from(part) * 100 / u64::from(whole.max(1));
        u32::try_from(part).ok().filter(|part| whole > 0 && *part < 100)
    };
    session.run.with(|run| match run {
        Run::Running { phase: Phase::Receiving { received, total }, .. }
        | Run::Running { phase: Phase::Fetching { received, total }, .. } => of(*received, *total),
        Run::Running { phase: Phase::Sending { .. } | Phase::Waiting, .. } => {
            of(spent, session.expected.get()?)
        }
        _ => None,
    })
}

fn time(session: Session, spent: u32) -> String {
    match session.expected.get() {
        _ if !session.run.with(Run::is_running) => String::new(),
        Some(expected) if spent > expected + expected / 2 => session.say(words::LONGER).to_owned(),
        Some(expected) => words::of_about(session.language, spent, expected),
        None => words::seconds(session.language, spent),
    }
}

/// A large photo takes a moment to be read and checked.
fn phase(session: Session) -> String {
    match session.arriving.get() {
        true => session.say(words::READING).to_owned(),
        false => session.run.with(|run| told(session.language, run)),
    }
}

fn told(language: Language, run: &Run) -> String {
    match run {
        Run::Waiting { kind, seconds, .. } => {
            words::sending_again(language, words::failure(*kind, false).title, *seconds)
        }
        Run::Running { phase: Phase::Sending { bytes }, .. } => words::sending(language, *bytes),
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
