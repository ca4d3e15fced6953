//! The new background: in words, like a picture, or a colour.

use super::dynamic::{flag, maybe, part, run, text};
use super::field;
use crate::endpoint::Answers;
use crate::session::{Background, Session};
use crate::words;
use backdrop_contract::{Group, Name, PARAMETERS, TRANSPARENT, Value, is_hex_colour};
use leptos::prelude::*;

const CHOICES: [(Background, &str, &str); 3] = [
    (Background::Describe, "background-describe", words::DESCRIBE),
    (Background::Reference, "background-reference", words::REFERENCE),
    (Background::Colour, "background-colour", words::COLOUR),
];

pub fn background(session: Session) -> AnyView {
    let choices = CHOICES.map(|(choice, id, label)| {
        view! {
            <label>
                <input
                    type="radio"
                    name="background"
                    id=id
                    prop:checked=flag(move || session.background.get() == choice)
                    on:change=run(move |_| session.background.set(choice))
                />
                <span>{label}</span>
            </label>
        }
        .into_any()
    });
    let fields = move || match session.background.get() {
        Background::Colour => colours(session),
        choice => rows(session, choice),
    };
    view! {
        <div class="segments">{Vec::from(choices)}</div>
        {part(fields)}
    }
    .into_any()
}

/// The rows of the table that belong to a way of saying it; the ideas stand under the prompt.
fn rows(session: Session, choice: Background) -> AnyView {
    let rows = PARAMETERS
        .iter()
        .filter(|row| row.group == Group::Background && choice.takes(row.name))
        .flat_map(|row| {
            let ideas = (row.name == Name::Prompt).then(|| ideas(session));
            [field::field(session, row.name), maybe(ideas)]
        });
    rows.collect::<Vec<_>>().into_any()
}

fn ideas(session: Session) -> AnyView {
    let chips = words::PROMPTS.map(|(label, prompt)| {
        let take = move |_| session.set(Name::Prompt, Some(Value::Text(prompt.into())));
        view! { <button type="button" on:click=run(take)>{label}</button> }.into_any()
    });
    let hint = move || {
        let hint = answered_by_engine(session)
            .then(|| view! { <p class="hint">{words::PAINTED}</p> }.into_any());
        maybe(hint)
    };
    view! {
        <div class="chips" role="group" aria-label=words::IDEAS>{Vec::from(chips)}</div>
        {part(hint)}
    }
    .into_any()
}

/// Whether our own engine answers: it paints looks, and it can leave the background out.
fn answered_by_engine(session: Session) -> bool {
    matches!(session.answers.get(), Answers::ThisMachine | Answers::Relay)
}

fn colours(session: Session) -> AnyView {
    let swatches = words::SWATCHES.map(|(colour, label)| swatch(session, colour, label));
    let none = move || {
        let none =
            answered_by_engine(session).then(|| swatch(session, TRANSPARENT, words::TRANSPARENT));
        maybe(none)
    };
    // A colour input holds hex colours only.
    let hex = move || {
        let colour = session.colour.get();
        if is_hex_colour(&colour) { colour } else { words::SWATCHES[0].0.into() }
    };
    view! {
        <div class="swatches" role="group" aria-label=words::COLOUR>
            {Vec::from(swatches)}
            {part(none)}
        </div>
        <div class="beside">
            <input
                type="color"
                aria-label=words::PICK_COLOUR
                prop:value=text(hex)
                on:input=run(move |event| session.colour.set(event_target_value(&event)))
            />
            <input
                type="text"
                id="colour"
                aria-label=words::HEX_COLOUR
                prop:value=text(move || session.colour.get())
                on:change=run(move |event| take_colour(session, &event_target_value(&event)))
            />
        </div>
    }
    .into_any()
}

fn swatch(session: Session, colour: &'static str, label: &'static str) -> AnyView {
    let pressed = move || session.colour.with(|now| now == colour).to_string();
    view! {
        <button
            type="button"
            class="swatch"
            style:--swatch=colour
            title=label
            aria-label=label
            aria-pressed=text(pressed)
            on:click=run(move |_| session.colour.set(colour.into()))
        ></button>
    }
    .into_any()
}

/// Takes a typed colour, with or without its `#`; another text leaves the colour as it was.
fn take_colour(session: Session, typed: &str) {
    let typed = typed.trim().to_ascii_lowercase();
    let colour = match typed.starts_with('#') || typed == TRANSPARENT {
        true => typed,
        false => format!("#{typed}"),
    };
    if is_hex_colour(&colour) || colour == TRANSPARENT {
        session.notice.set(String::new());
        session.colour.set(colour);
    } else {
        session.refuse(format!("{colour} is not a colour. Type six hex digits, as in #ff5733."));
        // The field shows the colour that holds again.
        session.colour.notify();
    }
}
