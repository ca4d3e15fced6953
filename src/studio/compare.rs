//! The picture on the stage: a photo alone, or before and after under one slider.

use super::dynamic::{maybe, part, run, text};
use crate::photo::Photo;
use crate::session::{Outcome, Session};
use crate::words;
use leptos::prelude::*;
use web_sys::HtmlImageElement;

/// A photo that has no result yet.
pub fn photo(session: Session, photo: &Photo) -> AnyView {
    let loaded = move |event: web_sys::Event| {
        let image = event_target::<HtmlImageElement>(&event);
        session.photo_size.set(Some((image.natural_width(), image.natural_height())));
    };
    let name = photo.name.clone();
    let failed = move |_| {
        session.refuse(words::cannot_be_shown(session.language, &name));
    };
    view! {
        <div class="pair" style:--ratio=text(move || ratio(session.photo_size.get()))>
            <img
                id="photo"
                src=photo.url().to_owned()
                alt=words::your_photo(session.language, &photo.name)
                on:load=run(loaded)
                on:error=run(failed)
            />
        </div>
    }
    .into_any()
}

/// Before and after. The slider is a range input over the whole picture: it drags, it takes keys,
/// it has a name.
pub fn compare(session: Session, outcome: &Outcome, compared: RwSignal<bool>) -> AnyView {
    let split = RwSignal::new(50_u32);
    let before = outcome.photo.as_ref().map(|photo| {
        let before = photo.url().to_owned();
        view! { <img class="before" src=before alt=session.say(words::BEFORE).to_owned() /> }
            .into_any()
    });
    let both = before.is_some();
    let compared = move || both && compared.get();
    let edge = move || if compared() { split.get() } else { 0 };
    view! {
        <div
            class="pair"
            style:--ratio=ratio(Some(outcome.picture.size))
            style:--split=text(move || format!("{}%", edge()))
        >
            {maybe(before)}
            <img
                class="after"
                id="result"
                src=outcome.picture.url().to_owned()
                alt=words::on_new_background(session.language, &outcome.name)
            />
            {part(move || maybe(compared().then(|| slider(session, split))))}
        </div>
    }
    .into_any()
}

fn slider(session: Session, split: RwSignal<u32>) -> AnyView {
    let drag = move |event: web_sys::Event| {
        split.set(event_target_value(&event).parse().unwrap_or(50));
    };
    view! {
        <span class="tag before" aria-hidden="true">{session.say(words::BEFORE)}</span>
        <span class="tag after" aria-hidden="true">{session.say(words::AFTER)}</span>
        <span class="bar" aria-hidden="true"><b>{"◂ ▸".to_owned()}</b></span>
        <input
            class="slider"
            id="compare"
            type="range"
            aria-label=session.say(words::COMPARE_LABEL)
            aria-valuetext=text(move || words::percent_before(session.language, split.get()))
            prop:value=text(move || split.get().to_string())
            on:input=run(drag)
        />
    }
    .into_any()
}

/// Width by height, for CSS.
fn ratio(size: Option<(u32, u32)>) -> String {
    let (width, height) = size.unwrap_or((3, 2));
    format!("{width} / {height}")
}
