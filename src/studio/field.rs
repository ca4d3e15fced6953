//! One row of the table as a control: label, value, help, its wire name, and what is wrong with it.

use super::dynamic::{flag, run, text};
use super::icon::{self, icon};
use crate::session::Session;
use crate::words;
use backdrop_contract::{Kind, Name, Value};
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

/// The control for a parameter. Its element id is the wire name.
pub fn field(session: Session, name: Name) -> AnyView {
    match name.parameter().kind {
        Kind::Switch => switch(session, name),
        Kind::Whole { least, most } => whole(session, name, least, most),
        Kind::Text { .. } => words_field(session, name),
        // Pictures have fields of their own: see `photo_field` and `references`.
        Kind::Image | Kind::Images { .. } => ().into_any(),
    }
}

fn switch(session: Session, name: Name) -> AnyView {
    let on = move || session.settings.with(|settings| settings.is_on(name));
    let change = move |event: Event| {
        let on = event_target::<HtmlInputElement>(&event).checked();
        session.set(name, Some(Value::Switch(on)));
    };
    view! {
        <div
            class="row"
            class:idle=flag(move || !session.matters(name))
            prop:hidden=flag(move || session.is_hidden(name))
        >
            <div>
                {label(session, name)}
                {help(session, name)}
            </div>
            <input
                type="checkbox"
                role="switch"
                id=name.wire()
                aria-describedby=help_id(name)
                prop:checked=flag(on)
                prop:disabled=flag(move || !session.is_open(name))
                on:change=run(change)
            />
        </div>
    }
    .into_any()
}

fn words_field(session: Session, name: Name) -> AnyView {
    let value = move || match session.settings.with(|settings| settings.effective(name)) {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    };
    let input = move |event| session.set(name, Some(Value::Text(event_target_value(&event))));
    view! {
        <div
            class="field"
            class:idle=flag(move || !session.matters(name))
            prop:hidden=flag(move || session.is_hidden(name))
        >
            {label(session, name)}
            <textarea
                id=name.wire()
                aria-describedby=help_id(name)
                aria-invalid=text(move || session.problem(name).is_some().to_string())
                prop:value=text(value)
                prop:readOnly=flag(move || !session.is_open(name))
                on:input=run(input)
            ></textarea>
            {help(session, name)}
        </div>
    }
    .into_any()
}

fn whole(session: Session, name: Name, least: i64, most: i64) -> AnyView {
    let value = move || {
        let whole = session.settings.with(|settings| settings.whole(name));
        whole.map(|whole| whole.to_string()).unwrap_or_default()
    };
    // `change`, not `input`: a number in the making must not be corrected under the person's hands.
    // Nothing typed is the default again; a number out of bounds is kept and told.
    let change = move |event: Event| {
        let typed = event_target::<HtmlInputElement>(&event).value_as_number();
        session.set(name, (!typed.is_nan()).then(|| Value::Whole(rounded(typed))));
    };
    view! {
        <div class="field" prop:hidden=flag(move || session.is_hidden(name))>
            {label(session, name)}
            <div class="beside">
                <input
                    type="number"
                    id=name.wire()
                    min=least.to_string()
                    max=most.to_string()
                    aria-describedby=help_id(name)
                    aria-invalid=text(move || session.problem(name).is_some().to_string())
                    prop:value=text(value)
                    prop:readOnly=flag(move || !session.is_open(name))
                    on:change=run(change)
                />
                <button
                    class="ghost"
                    type="button"
                    id="roll"
                    prop:hidden=flag(move || !session.is_open(name))
                    on:click=run(move |_| session.roll_seed())
                >
                    {icon(icon::DICE)}
                    {session.say(words::NEW_SEED)}
                </button>
            </div>
            {help(session, name)}
        </div>
    }
    .into_any()
}

#[expect(clippy::cast_possible_truncation, reason = "saturates, and stays out of bounds")]
fn rounded(number: f64) -> i64 {
    number.round() as i64
}

pub fn label(session: Session, name: Name) -> AnyView {
    view! {
        <label for=name.wire()>
            {session.say(words::parameter(name).label)}
            <code>{name.wire()}</code>
        </label>
    }
    .into_any()
}

pub fn help_id(name: Name) -> String {
    format!("{}-help", name.wire())
}

/// What the parameter does, why it does nothing just now, or what is wrong with it.
pub fn help(session: Session, name: Name) -> AnyView {
    help_line(session, name, move || match session.matters(name) {
        _ if !session.is_open(name) => words::LOCKED,
        true => words::parameter(name).help,
        false => words::no_effect(name.parameter().matters),
    })
}

/// What is wrong with a parameter, or else what `otherwise` says.
pub fn help_line(
    session: Session,
    name: Name,
    otherwise: impl Fn() -> &'static str + Send + 'static,
) -> AnyView {
    let says = move || match session.problem(name) {
        Some(problem) => words::problem(session.language, &problem),
        None => session.say(otherwise()).into(),
    };
    view! {
        <small
            id=help_id(name)
            class:wrong=flag(move || session.problem(name).is_some())
        >
            {text(says)}
        </small>
    }
    .into_any()
}
