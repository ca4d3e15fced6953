//! The panel: the table of parameters as a form, in the order a person thinks.

use super::dynamic::{flag, maybe, part, run, text};
use super::later::{after, soon};
use super::{Ui, background, field, photo_field, send_bar};
use crate::session::Session;
use crate::words;
use backdrop_contract::{Group, PARAMETERS, Parameter};
use leptos::prelude::*;

pub fn panel(ui: Ui) -> AnyView {
    let session = ui.session;
    let more = move || ui.more.get();
    view! {
        <form
            class="panel"
            part="panel"
            aria-label=session.say(words::SETTINGS)
            novalidate
        >
            <div class="fields" part="fields" class:more=flag(more)>
                {group(session, Group::Photo, photo_field::photo_field(ui))}
                <div class="desk">{soon(session, move |rest| (rest.desk)(ui))}</div>
                {group(session, Group::Background, background::background(ui))}
                <button
                    class="ghost outlined few"
                    id="more"
                    type="button"
                    aria-expanded=text(move || more().to_string())
                    on:click=run(move |_| ui.more.update(|more| *more = !*more))
                >
                    {session.say(words::SETTINGS)}
                </button>
                {after(session, move || settings(session))}
            </div>
            {send_bar::send_bar(ui)}
        </form>
    }
    .into_any()
}

/// What many never change.
fn settings(session: Session) -> AnyView {
    view! {
        {group(session, Group::Quality, fields(session, Group::Quality))}
        {group(session, Group::Repeat, repeat(session))}
        {part(move || safety(session))}
        {part(move || left_out(session))}
    }
    .into_any()
}

/// A group whose rows are all hidden is hidden with them: see the style sheet.
fn group(session: Session, group: Group, fields: AnyView) -> AnyView {
    let class = if group == Group::Background { "" } else { "rest" };
    view! {
        <fieldset class=class>
            <legend>{session.say(words::group(group))}</legend>
            {fields}
        </fieldset>
    }
    .into_any()
}

/// The seed, and how many at once: the latter with room kept, as it comes later.
fn repeat(session: Session) -> AnyView {
    view! {
        {fields(session, Group::Repeat)}
        <div class="vary">{soon(session, move |rest| (rest.vary)(session))}</div>
    }
    .into_any()
}

fn fields(session: Session, group: Group) -> AnyView {
    // All anew for another host, which may take others.
    let rows = move || {
        let rows = rows(session, group);
        rows.map(|row| field::field(session, row.name)).collect::<Vec<_>>().into_any()
    };
    part(rows).into_any()
}

/// The rows of a group that the host takes.
fn rows(session: Session, group: Group) -> impl Iterator<Item = &'static Parameter> {
    PARAMETERS.iter().filter(move |row| row.group == group && session.takes(row.name))
}

/// Folded in, and only where the host has any of it.
fn safety(session: Session) -> AnyView {
    let group = Group::Safety;
    maybe(rows(session, group).next().map(|_| {
        view! {
            <details>
                <summary>{session.say(words::group(group))}</summary>
                {fields(session, group)}
            </details>
        }
        .into_any()
    }))
}

/// Says why fewer settings are there.
fn left_out(session: Session) -> AnyView {
    let has_all = PARAMETERS.iter().all(|row| session.takes(row.name));
    let says = || {
        view! { <p class="hint" id="left-out">{session.say(words::FEWER_SETTINGS)}</p> }.into_any()
    };
    maybe((!has_all).then(says))
}
