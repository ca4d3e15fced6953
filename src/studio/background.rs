//! The new background: in words, like a picture, or a colour.

use super::dynamic::{flag, maybe, part, run, text};
use super::later::{later, soon};
use super::{Ui, field};
use crate::endpoint::Answers;
use crate::session::{Background, Session};
use crate::words;
use backdrop_contract::{Group, Name, PARAMETERS, TRANSPARENT, is_hex_colour};
use leptos::prelude::*;

const CHOICES: [(Background, &str, &str); 4] = [
    (Background::Describe, "background-describe", words::DESCRIBE),
    (Background::Reference, "background-reference", words::REFERENCE),
    (Background::Colour, "background-colour", words::COLOUR),
    (Background::Both, "background-both", words::BOTH),
];

/// The id of the choice that holds: where a person goes on who has just chosen a photo.
pub fn chosen(session: Session) -> &'static str {
    let now = session.background.get_untracked();
    CHOICES.iter().find(|(choice, ..)| *choice == now).map_or("", |(_, id, _)| *id)
}

pub fn background(ui: Ui) -> AnyView {
    let session = ui.session;
    let choices = CHOICES.map(|(choice, id, label)| {
        view! {
            <label prop:hidden=flag(move || !session.offers(choice))>
                <input
                    type="radio"
                    name="background"
                    id=id
                    prop:checked=flag(move || session.background.get() == choice)
                    on:change=run(move |_| session.background.set(choice))
                />
                <span>{session.say(label)}</span>
            </label>
        }
        .into_any()
    });
    // One choice alone is none.
    let alone = move || CHOICES.iter().filter(|(choice, ..)| session.offers(*choice)).count() < 2;
    let fields = move || match session.background.get() {
        Background::Colour => later(session, move |rest| (rest.colours)(session)),
        choice => rows(ui, choice),
    };
    view! {
        <div class="segments" prop:hidden=flag(alone)>{Vec::from(choices)}</div>
        {part(fields)}
    }
    .into_any()
}

/// The rows of the table that belong to a way of saying it; the ideas stand under the prompt.
fn rows(ui: Ui, choice: Background) -> AnyView {
    let session = ui.session;
    let rows = PARAMETERS
        .iter()
        .filter(|row| {
            row.group == Group::Background && choice.takes(row.name) && session.takes(row.name)
        })
        .flat_map(|row| {
            let ideas = (row.name == Name::Prompt).then(|| ideas(session));
            let field = match row.name {
                Name::RefImages => later(session, move |rest| (rest.references)(ui)),
                name => field::field(session, name),
            };
            [field, maybe(ideas)]
        });
    rows.collect::<Vec<_>>().into_any()
}

/// With room kept for them, so that nothing moves when they come.
fn ideas(session: Session) -> AnyView {
    view! { <div class="ideas">{soon(session, move |rest| (rest.ideas)(session))}</div> }.into_any()
}

/// Every way to give a colour.
pub fn colours(session: Session) -> AnyView {
    let swatches = words::SWATCHES.map(|(colour, label)| swatch(session, colour, label));
    let none = move || {
        let none = session
            .answers
            .with(Answers::is_engine)
            .then(|| swatch(session, TRANSPARENT, words::TRANSPARENT));
        maybe(none)
    };
    // A colour input holds hex colours only.
    let hex = move || {
        let colour = session.colour.get();
        if is_hex_colour(&colour) { colour } else { words::SWATCHES[0].0.into() }
    };
    view! {
        <fieldset
            prop:disabled=flag(move || !session.is_open(Name::Prompt))
            prop:hidden=flag(move || session.is_hidden(Name::Prompt))
        >
        <div class="swatches" role="group" aria-label=session.say(words::COLOUR)>
            {Vec::from(swatches)}
            {part(none)}
        </div>
        <div class="beside">
            <input
                type="color"
                aria-label=session.say(words::PICK_COLOUR)
                prop:value=text(hex)
                on:input=run(move |event| session.colour.set(event_target_value(&event)))
            />
            <input
                type="text"
                // It is sent as the prompt, and the prompt's own field is away meanwhile.
                id=Name::Prompt.wire()
                aria-label=session.say(words::HEX_COLOUR)
                aria-describedby=field::help_id(Name::Prompt)
                aria-invalid=text(move || session.problem(Name::Prompt).is_some().to_string())
                prop:value=text(move || session.colour.get())
                on:change=run(move |event| take_colour(session, &event_target_value(&event)))
            />
        </div>
        {field::help_line(session, Name::Prompt, || words::HEX_HELP)}
        </fieldset>
    }
    .into_any()
}

fn swatch(session: Session, colour: &'static str, label: &'static str) -> AnyView {
    let label = session.say(label);
    let pressed = move || session.colour.with(|now| now == colour).to_string();
    view! {
        <button
            type="button"
            class="swatch"
            class:none=flag(move || colour == TRANSPARENT)
            style:--swatch=colour
            title=label
            aria-label=label
            aria-pressed=text(pressed)
            on:click=run(move |_| session.colour.set(colour.into()))
        ></button>
    }
    .into_any()
}

/// Takes a typed colour, with or without its `#`; what is none is told when it is sent.
fn take_colour(session: Session, typed: &str) {
    let typed = typed.trim().to_ascii_lowercase();
    let hex = format!("#{typed}");
    session.colour.set(if is_hex_colour(&hex) { hex } else { typed });
}
