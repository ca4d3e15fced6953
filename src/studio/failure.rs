//! What went wrong, what the server said, and what to do. Nothing typed is lost by it.

use super::dynamic::{maybe, part, run};
use super::icon::{self, icon};
use super::later::later;
use super::{Ui, details, finer, send_bar, tools};
use crate::session::Run;
use crate::words;
use backdrop_contract::{Failure, FailureKind};
use leptos::prelude::*;

pub fn failure(ui: Ui) -> AnyView {
    let session = ui.session;
    let failed = move || match session.run.get() {
        Run::Failed(failure) => later(session, move |rest| (rest.failure)(ui, &failure)),
        _ => ().into_any(),
    };
    let noticed = move || {
        let text = session.notice.get();
        maybe((!text.is_empty()).then(|| notice(ui, text)))
    };
    // The region is there before what comes into it, which is read out for that.
    view! { <div class="alerts" role="alert">{part(failed)}{part(noticed)}</div> }.into_any()
}

/// A failure in full.
pub fn card(ui: Ui, failure: &Failure) -> AnyView {
    let session = ui.session;
    let own_key = session.connection.with_untracked(|to| to.key().is_some());
    let words = words::failure(failure.kind, own_key);
    let title = words::with_status(session.language, words.title, failure.status);
    let said = failure.text.clone();
    let said = said.map(|text| view! { <blockquote>{text}</blockquote> }.into_any());
    let again = match failure.kind.may_be_billed() {
        true => session.say(words::SEND_ALL_THE_SAME),
        false => session.say(words::SEND_AGAIN),
    };
    // What costs nothing comes first.
    let collect = (failure.kind.is_open() && session.has_left()).then(|| {
        action("collect", session.say(words::ASK_AGAIN), move || {
            send_bar::take_focus(ui);
            session.resume();
        })
    });
    let field = failure.parameter().map(|name| {
        action("to-field", session.say(words::TO_FIELD), move || ui.focus(name.wire()))
    });
    let connect = is_about_connection(failure.kind).then(|| {
        action("to-connection", session.say(words::OPEN_CONNECTION), move || {
            ui.connecting.set(true);
        })
    });
    let quick = (failure.kind == FailureKind::Device)
        .then(|| finer::quick(session, move || send_bar::send(ui)))
        .flatten();
    let place = failure.place.clone().map(|place| tools::open(session, place));
    view! {
        <div class="failure" part="failure" id="failure">
            {icon(icon::WARNING)}
            <div>
                <b>{title}</b>
                {maybe(said)}
                <p>{session.say(words.remedy)}</p>
                <p class="actions">
                    {maybe(place)}
                    {maybe(collect)}
                    {maybe(field)}
                    {maybe(quick)}
                    {action("send-again", again, move || send_bar::send(ui))}
                    {maybe(connect)}
                </p>
                {maybe(details::details(session.language, &failure.details))}
            </div>
        </div>
    }
    .into_any()
}

fn action(id: &'static str, label: &'static str, then: impl Fn() + 'static) -> AnyView {
    view! {
        <button class="ghost" type="button" id=id on:click=run(move |_| then())>
            {label}
        </button>
    }
    .into_any()
}

/// Whether another address or key is the remedy.
fn is_about_connection(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Key
            | FailureKind::NotFound
            | FailureKind::NotEndpoint
            | FailureKind::Retired
            | FailureKind::Forbidden
            | FailureKind::Network
            | FailureKind::Blocked
            | FailureKind::Device
    )
}

fn notice(ui: Ui, text: String) -> AnyView {
    let session = ui.session;
    let dismiss = move |_| {
        send_bar::take_focus(ui);
        session.notice.set(String::new());
    };
    view! {
        <div class="failure" part="notice" id="notice">
            {icon(icon::WARNING)}
            <p>{text}</p>
            <button
                class="ghost"
                type="button"
                title=session.say(words::DISMISS)
                aria-label=session.say(words::DISMISS)
                on:click=run(dismiss)
            >
                {icon(icon::CLOSE)}
            </button>
        </div>
    }
    .into_any()
}
