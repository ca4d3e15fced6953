//! The picture on the stage: a photo alone, or before and after under one slider.

use super::dynamic::{flag, maybe, part, run, text};
use super::zoom::{self, Zoom};
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
/// it has a name. Zoomed in, the picture is dragged instead, and the slider by its handle.
pub fn compare(session: Session, outcome: &Outcome, compared: RwSignal<bool>) -> AnyView {
    let split = RwSignal::new(50_u32);
    let zoom = Zoom::new(outcome.picture.size);
    let before = outcome.photo.as_ref().map(|photo| {
        let before = photo.url().to_owned();
        let alt = session.say(words::BEFORE).to_owned();
        view! { <div class="half before"><img src=before alt=alt draggable="false" /></div> }
            .into_any()
    });
    let both = before.is_some();
    // The slider stays while the original is held: it may have the focus.
    let compared = move || both && compared.get();
    let edge = move || match both && zoom.original.get() {
        true => 100,
        false if compared() => split.get(),
        false => 0,
    };
    let look = view! {
        <div
            class="pair"
            node_ref=zoom.frame
            class:zoomed=flag(move || zoom.is_in())
            style:--ratio=ratio(Some(outcome.picture.size))
            style:--split=text(move || format!("{}%", edge()))
            style:--zoom=text(move || zoom.scale())
            style:--x=text(move || zoom.x())
            style:--y=text(move || zoom.y())
            on:wheel=run(move |event| zoom.wheel(&event))
            on:dblclick=run(move |event| zoom.double(&event))
            on:pointerdown=run(move |event| zoom.down(&event))
            on:pointermove=run(move |event| zoom.moved(&event, split))
            on:pointerup=run(move |event| zoom.up(&event))
            on:pointercancel=run(move |event| zoom.up(&event))
        >
            {maybe(before)}
            <div class="half after">
                <img
                    id="result"
                    src=outcome.picture.url().to_owned()
                    alt=words::on_new_background(session.language, &outcome.name)
                    draggable="false"
                />
            </div>
            {part(move || maybe(compared().then(|| slider(session, split))))}
        </div>
    };
    let keys = move |event| zoom.key(&event, both);
    view! {
        <div
            class="look"
            on:keydown=run(keys)
            on:keyup=run(move |_| zoom.original.set(false))
        >
            {look}
            {zoom::buttons(session, zoom, both)}
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
