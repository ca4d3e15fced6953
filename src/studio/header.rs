//! The top line: the name, where a photo would go, and the looks.

use super::dynamic::{flag, maybe, run, text};
use super::icon::{self, icon};
use super::later::soon;
use super::looks::Theme;
use super::{Ui, opener};
use crate::endpoint::Answers;
use crate::session::Session;
use crate::words;
use leptos::prelude::*;

/// What the button that changes the looks is called.
fn label(theme: Theme) -> &'static str {
    match theme {
        Theme::Auto => words::LOOKS_AUTO,
        Theme::Light => words::LOOKS_LIGHT,
        Theme::Dark => words::LOOKS_DARK,
    }
}

pub fn header(ui: Ui) -> AnyView {
    let Ui { session, looks, .. } = ui;
    view! {
        <div class="header" part="header">
            <slot name=words::SLOT_HEADER>
                <span class="mark">{words::NAME}</span>
            </slot>
            <button
                class="chip"
                id="connection"
                type="button"
                aria-haspopup="dialog"
                on:click=run(move |_| ui.connecting.set(true))
            >
                <span class="dot" class:away=flag(move || leaves(session))>
                    <span class="unseen">{[session.say(words::PHOTOS_GO_TO), " "].concat()}</span>
                </span>
                {text(move || destination(session))}
            </button>
            <span class="tool" prop:hidden=flag(move || !session.remembers.get())>
                {opens(ui, "history", icon::HISTORY, words::HISTORY, ui.looking_back)}
            </span>
            {opens(ui, "code", icon::CODE, words::CODE, ui.coding)}
            <button
                class="ghost"
                id="theme"
                type="button"
                title=session.say(words::LOOKS)
                on:click=run(move |_| looks.seen.update(|seen| seen.theme = seen.theme.next()))
            >
                <span aria-hidden="true">{words::LOOKS_SIGN}</span>
                <span class="unseen">{text(move || session.say(label(looks.seen.with(|seen| seen.theme))).into())}</span>
            </button>
            <span class="languages" prop:hidden=flag(move || !looks.seen.with(|seen| seen.languages))>
                {soon(session, move |rest| (rest.languages)(ui))}
            </span>
            {maybe(looks.button.get_untracked().then(|| close(ui)))}
        </div>
    }
    .into_any()
}

/// Opens a drawer.
fn opens(
    ui: Ui,
    id: &'static str,
    sign: &'static str,
    label: &'static str,
    open: RwSignal<bool>,
) -> AnyView {
    view! {
        <button
            class="ghost tool"
            id=id
            type="button"
            aria-haspopup="dialog"
            on:click=run(move |_| open.set(true))
        >
            {icon(sign)}
            <span>{ui.session.say(label)}</span>
        </button>
    }
    .into_any()
}

/// Closes the dialog that the studio stands in.
fn close(ui: Ui) -> AnyView {
    view! {
        <button
            class="ghost"
            id="close-studio"
            type="button"
            title=ui.session.say(words::CLOSE)
            aria-label=ui.session.say(words::CLOSE)
            on:click=run(move |_| opener::close(ui))
        >
            {icon(icon::CLOSE)}
        </button>
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
        (None, Answers::ThisMachine) => session.say(words::THIS_MACHINE).into(),
        (None, Answers::Relay) => session.say(words::SITE_SERVER).into(),
        (None, Answers::Provider(_)) => session.say(words::THROUGH_SITE).into(),
        (None, Answers::Unknown) => session.say(words::THIS_SITE).into(),
    }
}

/// Where a photo goes, as a sentence under the button that sends it.
pub fn promise(session: Session) -> String {
    let own_key = session.connection.with(|to| to.key().is_some());
    match (session.connection.with(|to| to.host()), session.answers.get()) {
        (Some(host), _) => words::goes_to(session.language, &host, own_key),
        (None, Answers::ThisMachine) => session.say(words::PROMISE_HERE).into(),
        (None, Answers::Relay) => session.say(words::PROMISE_SERVER).into(),
        (None, Answers::Provider(to)) => words::goes_through_site(session.language, &to),
        (None, Answers::Unknown) => session.say(words::PROMISE_SITE).into(),
    }
}
