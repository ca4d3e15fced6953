//! The top line: the name, where a photo would go, and the looks.

use super::Ui;
use super::dynamic::{flag, run, text};
use crate::endpoint::Answers;
use crate::session::Session;
use crate::words;
use leptos::prelude::*;

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Auto => words::LOOKS_AUTO,
            Self::Light => words::LOOKS_LIGHT,
            Self::Dark => words::LOOKS_DARK,
        }
    }

    fn next(self) -> Self {
        match self {
            Self::Auto => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::Auto,
        }
    }
}

pub fn header(ui: Ui, theme: RwSignal<Theme>) -> AnyView {
    let session = ui.session;
    view! {
        <div class="header">
            <span class="mark">{words::NAME}</span>
            <button
                class="chip"
                id="connection"
                type="button"
                aria-haspopup="dialog"
                on:click=run(move |_| ui.connecting.set(true))
            >
                <span class="dot" class:away=flag(move || leaves(session))>
                    <span class="unseen">{words::PHOTOS_GO_TO}</span>
                </span>
                {text(move || destination(session))}
            </button>
            <button
                class="ghost"
                id="theme"
                type="button"
                title=words::LOOKS
                on:click=run(move |_| theme.update(|theme| *theme = theme.next()))
            >
                <span aria-hidden="true">{words::LOOKS_SIGN}</span>
                <span class="unseen">{text(move || theme.get().label().into())}</span>
            </button>
        </div>
    }
    .into_any()
}

/// Whether a photo leaves this machine.
fn leaves(session: Session) -> bool {
    session.answers.get() != Answers::ThisMachine
}

/// Where a photo goes, in two or three words.
fn destination(session: Session) -> String {
    match (session.connection.with(|to| to.host()), session.answers.get()) {
        (Some(host), _) => host,
        (None, Answers::ThisMachine) => words::THIS_MACHINE.into(),
        (None, Answers::Relay) => words::SITE_SERVER.into(),
        (None, Answers::Provider(_)) => words::THROUGH_SITE.into(),
        (None, Answers::Unknown) => words::THIS_SITE.into(),
    }
}

/// Where a photo goes, as a sentence under the button that sends it.
pub fn promise(session: Session) -> String {
    let own_key = session.connection.with(|to| to.key().is_some());
    match (session.connection.with(|to| to.host()), session.answers.get()) {
        (Some(host), _) => words::goes_to(&host, own_key),
        (None, Answers::ThisMachine) => words::PROMISE_HERE.into(),
        (None, Answers::Relay) => words::PROMISE_SERVER.into(),
        (None, Answers::Provider(to)) => words::goes_through_site(&to),
        (None, Answers::Unknown) => words::PROMISE_SITE.into(),
    }
}
