//! The panel: the table of parameters as a form, in the order a person thinks.

use super::dynamic::run;
use super::{Ui, background, field, photo_field, send_bar};
use crate::session::Session;
use crate::words;
use backdrop_contract::{Group, PARAMETERS};
use leptos::prelude::*;
use web_sys::SubmitEvent;

pub fn panel(ui: Ui) -> AnyView {
    let session = ui.session;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send_bar::send(ui);
    };
    view! {
        <form class="panel" aria-label=words::SETTINGS novalidate on:submit=run(submit)>
            <div class="fields">
                {group(Group::Photo, photo_field::photo_field(ui))}
                {group(Group::Background, background::background(session))}
                {group(Group::Quality, fields(session, Group::Quality))}
                {group(Group::Repeat, fields(session, Group::Repeat))}
                <details>
                    <summary>{words::group(Group::Safety)}</summary>
                    {fields(session, Group::Safety)}
                </details>
            </div>
            {send_bar::send_bar(ui)}
        </form>
    }
    .into_any()
}

fn group(group: Group, fields: AnyView) -> AnyView {
    view! {
        <fieldset>
            <legend>{words::group(group)}</legend>
            {fields}
        </fieldset>
    }
    .into_any()
}

fn fields(session: Session, group: Group) -> AnyView {
    let rows = PARAMETERS.iter().filter(|row| row.group == group);
    rows.map(|row| field::field(session, row.name)).collect::<Vec<_>>().into_any()
}
