//! Ready-made descriptions as pictures, each what our own engine makes of its words.

use super::dynamic::{flag, run, text};
use crate::endpoint::Answers;
use crate::photo::ObjectUrl;
use crate::session::Session;
use crate::words;
use backdrop_contract::{Name, Value};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use web_sys::{Blob, BlobPropertyBag};

/// In the order of the words. Made from `samples/coffee.jpg` by the engine's example `place`.
const PICTURES: [&[u8]; 7] = [
    include_bytes!("ideas/parking.webp"),
    include_bytes!("ideas/marble.webp"),
    include_bytes!("ideas/wood.webp"),
    include_bytes!("ideas/studio.webp"),
    include_bytes!("ideas/beach.webp"),
    include_bytes!("ideas/forest.webp"),
    include_bytes!("ideas/window.webp"),
];

pub fn ideas(session: Session) -> AnyView {
    let all = words::PROMPTS.into_iter().zip(PICTURES);
    let all = all.map(|((label, prompt), bytes)| idea(session, label, prompt, bytes));
    let all = all.collect::<Vec<_>>();
    let count = move || {
        let words = session.settings.with(|settings| match settings.effective(Name::Prompt) {
            Some(Value::Text(text)) => text.split_ascii_whitespace().count(),
            _ => 0,
        });
        words::word_count(session.language, u32::try_from(words).unwrap_or_default())
    };
    let hint = move || {
        let painted = session.answers.with(Answers::is_engine);
        session.say(if painted { words::PAINTED } else { words::WELL_SAID }).to_owned()
    };
    view! {
        <small id="words">{text(count)}</small>
        <div
            class="chips"
            role="group"
            aria-label=session.say(words::READY_IDEAS)
            prop:hidden=flag(move || !session.is_open(Name::Prompt))
        >{all}</div>
        <p class="hint">{text(hint)}</p>
    }
    .into_any()
}

fn idea(
    session: Session,
    label: &'static str,
    prompt: &'static str,
    bytes: &'static [u8],
) -> AnyView {
    let take = move |_| session.set(Name::Prompt, Some(Value::Text(prompt.into())));
    // Freed with the view that shows it.
    let picture = StoredValue::new_local(picture(bytes));
    let url = picture.with_value(|url| url.as_ref().map(|url| url.as_str().to_owned()));
    view! {
        <button type="button" title=prompt on:click=run(take)>
            <img src=url alt=String::new() width="90" height="60" />
            {session.say(label)}
        </button>
    }
    .into_any()
}

fn picture(bytes: &[u8]) -> Option<ObjectUrl> {
    let options = BlobPropertyBag::new();
    options.set_type("image/webp");
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Some(ObjectUrl::new(&blob))
}
