//! Many photos on the stage: how far each is, and what can be done with all.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use super::icon::{self, icon};
use super::picker::picker;
use crate::session::{Halt, Item, Queue, Session, Slot, Stage};
use crate::words;
use backdrop_contract::Name;
use backdrop_queue::State;
use leptos::prelude::*;
use web_sys::HtmlTextAreaElement;

/// Its heading, which takes the focus when what had it has gone.
pub const TITLE_ID: &str = "queue-title";

pub fn queue(ui: Ui) -> AnyView {
    let Some(queue) = ui.session.queue() else { return ().into_any() };
    let session = ui.session;
    view! {
        <section class="queue" part="queue" id="queue" aria-labelledby=TITLE_ID>
            {head(ui, queue)}
            <ul class="rows" aria-label=session.say(words::QUEUE)>
                <For each=move || queue.items.get() key=|item| item.id children=move |item| row(ui, queue, item) />
            </ul>
        </section>
    }
    .into_any()
}

/// What stands in the panel in the photo's place.
pub fn field(ui: Ui) -> AnyView {
    let session = ui.session;
    let says = move || words::photos_in_queue(session.language, session.queued.get());
    view! {
        <p class="photo">
            <small id="image-help">{text(says)}</small>
            {picker(session, Slot::Photo, Name::Image.wire(), "picker ghost", session.say(words::ADD_PHOTOS))}
        </p>
    }
    .into_any()
}

fn head(ui: Ui, queue: Queue) -> AnyView {
    let session = ui.session;
    let says = move || {
        let counts = queue.counts.get();
        words::of_all(session.language, counts.done, counts.all())
    };
    let ended = move || {
        let counts = queue.counts.get();
        (counts.all() - counts.left()).to_string()
    };
    view! {
        <div class="head">
            <h2 id=TITLE_ID tabindex="-1">{text(says)}</h2>
            <progress
                max=text(move || queue.counts.get().all().max(1).to_string())
                prop:value=text(ended)
                aria-label=session.say(words::PROGRESS)
            ></progress>
            <p id="queue-about">{text(move || about(queue))}</p>
            {part(move || why(queue))}
            {part(move || at_server(queue))}
            {part(move || beside(queue))}
            <div class="all">{part(move || tools(ui, queue))}</div>
        </div>
    }
    .into_any()
}

/// What is still to come will cost and take.
fn about(queue: Queue) -> String {
    let language = queue.session.language;
    let waiting = queue.counts.get().waiting;
    if waiting == 0 {
        return String::new();
    }
    let cost = match (queue.is_paid(), queue.cost.get()) {
        (true, Some(one)) => words::queue_cost(language, waiting, f64::from(waiting) * one),
        (paid, _) => words::several_cost(language, waiting, paid),
    };
    let time = queue.time_left().map(|left| words::time_left(language, left));
    [Some(cost), time].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Why it does not go on.
fn why(queue: Queue) -> AnyView {
    let language = queue.session.language;
    let says = match queue.halt.get() {
        Halt::None => return ().into_any(),
        Halt::Failed(kind) => words::queue_stopped(language, words::failure(kind, false).title),
        Halt::NeedsKey(host) => words::queue_needs_key(language, &host),
        Halt::Elsewhere(host) => words::queue_was_for(language, &host),
    };
    view! { <p class="why wrong" id="queue-why">{says}</p> }.into_any()
}

fn at_server(queue: Queue) -> AnyView {
    let is = queue.counts.get().away > 0 && !queue.handing_over.get() && !queue.is_beside.get();
    let says = || view! { <p>{queue.session.say(words::HANDED_OVER)}</p> }.into_any();
    maybe(is.then(says))
}

fn beside(queue: Queue) -> AnyView {
    let says = || view! { <p>{queue.session.say(words::BESIDE)}</p> }.into_any();
    maybe(queue.is_beside.get().then(says))
}

fn tools(ui: Ui, queue: Queue) -> AnyView {
    let session = ui.session;
    let counts = queue.counts.get();
    let lost = counts.failed;
    let large =
        queue.items.get().iter().filter(|item| matches!(item.stage(), Stage::TooLarge(_))).count();
    let large = u32::try_from(large).unwrap_or_default();
    let focus = move || request_animation_frame(move || ui.focus(TITLE_ID));
    let retry = (lost > 0).then(|| {
        let label = words::retry_failed(session.language, lost);
        button("queue-retry", icon::AGAIN, label, move || {
            queue.retry();
            focus();
        })
    });
    let smaller = (large > 0).then(|| {
        let label = words::smaller_for_all(session.language, large);
        button("queue-smaller", icon::PICTURE, label, move || {
            queue.take_smaller();
            focus();
        })
    });
    let hand_over = (queue.may_be_handed_over() && !queue.handing_over.get()).then(|| {
        let hand_over = move |_| match queue.hand_over() {
            Ok(()) => focus(),
            Err(name) => {
                ui.more.set(true);
                request_animation_frame(move || ui.focus(name.wire()));
            }
        };
        view! {
            <span class="hand-over">
                <button
                    class="ghost outlined"
                    id="queue-hand-over"
                    type="button"
                    aria-describedby="hand-over-help".to_owned()
                    on:click=run(hand_over)
                >
                    {session.say(words::HAND_OVER)}
                </button>
                <small id="hand-over-help">{session.say(words::HAND_OVER_HELP)}</small>
            </span>
        }
        .into_any()
    });
    let handing = queue
        .handing_over
        .get()
        .then(|| view! { <small>{session.say(words::HANDING_OVER)}</small> }.into_any());
    let download = (counts.done > 0).then(|| {
        button(
            "queue-download",
            icon::DOWNLOAD,
            session.say(words::DOWNLOAD_ALL).into(),
            move || {
                queue.download();
            },
        )
    });
    // What the server makes is paid for, and is collected first.
    let clear = (counts.under_way + counts.away == 0 && !queue.handing_over.get()).then(|| {
        button("queue-clear", icon::CLOSE, session.say(words::CLEAR_QUEUE).into(), move || {
            queue.clear();
            request_animation_frame(move || ui.focus(Name::Image.wire()));
        })
    });
    if queue.is_beside.get() {
        return view! { {maybe(download)} {put_away(ui, queue)} }.into_any();
    }
    [retry, smaller, hand_over, handing, download, clear]
        .map(maybe)
        .into_iter()
        .collect_view()
        .into_any()
}

/// It goes on in the other tab.
fn put_away(ui: Ui, queue: Queue) -> AnyView {
    let label = ui.session.say(words::PUT_AWAY).into();
    button("queue-put-away", icon::CLOSE, label, move || {
        queue.clear();
        request_animation_frame(move || ui.focus(Name::Image.wire()));
    })
}

fn button(
    id: &'static str,
    sign: &'static str,
    label: String,
    press: impl Fn() + 'static,
) -> AnyView {
    view! {
        <button class="ghost outlined" id=id type="button" on:click=run(move |_| press())>
            {icon(sign)}
            {label}
        </button>
    }
    .into_any()
}

fn row(ui: Ui, queue: Queue, item: Item) -> AnyView {
    let session = ui.session;
    let name = item.name.get_value();
    let lost = move || {
        matches!(
            item.stage(),
            Stage::NotTaken(_) | Stage::TooLarge(_) | Stage::At(State::Failed | State::Unsure)
        )
    };
    let stage = move || stage(session, item);
    view! {
        <li data-state=text(move || word(&item.stage()).to_owned())>
            {part(move || thumb(ui, queue, item))}
            <div class="told-row">
                <b>{name}</b>
                <small class:wrong=flag(lost)>{text(stage)}</small>
                {part(move || own_prompt(queue, item))}
            </div>
            <div class="acts">{part(move || acts(ui, queue, item))}</div>
        </li>
    }
    .into_any()
}

/// The picture once it is there, as a button that shows it on the stage; the photo before.
fn thumb(ui: Ui, queue: Queue, item: Item) -> AnyView {
    let (thumb, made) = item.entry.with(|entry| {
        let thumb = entry.thumb.as_ref().map(|thumb| thumb.url().to_owned());
        let made = entry.outcome.as_ref().map(|made| made.picture.url().to_owned());
        (thumb, made)
    });
    match (made, thumb) {
        (Some(url), _) => {
            let label = words::look_at(ui.session.language, &item.name.get_value());
            let open = move |_| {
                queue.open(item);
                request_animation_frame(move || ui.focus("to-queue"));
            };
            view! {
                <button class="thumb" type="button" aria-label=label on:click=run(open)>
                    <img src=url alt=String::new() loading="lazy" decoding="async" />
                </button>
            }
            .into_any()
        }
        (None, Some(url)) => {
            view! { <span class="thumb"><img src=url alt=String::new() decoding="async" /></span> }
                .into_any()
        }
        (None, None) => view! { <span class="thumb">{icon(icon::PICTURE)}</span> }.into_any(),
    }
}

/// How far it is, in words.
fn stage(session: Session, item: Item) -> String {
    let language = session.language;
    let title = || {
        item.entry.with(|entry| {
            let kind = entry.failure.as_ref().map(|failure| failure.kind);
            kind.map_or("", |kind| session.say(words::failure(kind, false).title))
        })
    };
    let says = match item.stage() {
        Stage::Arriving | Stage::At(State::Reading) => words::READING,
        Stage::NotTaken(why) => return why,
        Stage::TooLarge(excess) => return words::excess(language, excess),
        Stage::At(State::Waiting) => words::TURN_COMES,
        Stage::At(State::Sending) => words::SENDING_ONE,
        Stage::At(State::Answering) => words::AWAITED,
        Stage::At(State::Away) => words::AT_SERVER,
        Stage::At(State::Done) => {
            let took = item.entry.with(|entry| entry.outcome.as_ref().map(|made| made.took));
            return words::done_in(language, took.unwrap_or_default());
        }
        Stage::At(State::Failed | State::Cancelled) => return title().to_owned(),
        Stage::At(State::Unsure) => {
            let failure = item.entry.with(|entry| entry.failure.clone());
            let kind = failure.map(|failure| failure.kind);
            return kind.map_or_else(String::new, |kind| {
                let words = words::failure(kind, false);
                words::sentences(language, words.title, words.remedy)
            });
        }
    };
    session.say(says).to_owned()
}

/// A word for style sheets.
fn word(stage: &Stage) -> &'static str {
    match stage {
        Stage::Arriving => "arriving",
        Stage::NotTaken(_) => "not-taken",
        Stage::TooLarge(_) => "too-large",
        Stage::At(State::Waiting) => "waiting",
        Stage::At(State::Reading | State::Sending | State::Answering) => "under-way",
        Stage::At(State::Away) => "away",
        Stage::At(State::Done) => "done",
        Stage::At(State::Failed) => "failed",
        Stage::At(State::Unsure) => "unsure",
        Stage::At(State::Cancelled) => "cancelled",
    }
}

/// A prompt of its own, while it can still be given.
fn own_prompt(queue: Queue, item: Item) -> AnyView {
    let session = queue.session;
    let can = match item.stage() {
        Stage::Arriving | Stage::TooLarge(_) => true,
        Stage::At(state) => {
            matches!(state, State::Waiting | State::Failed | State::Unsure | State::Cancelled)
        }
        Stage::NotTaken(_) => false,
    };
    if !can || queue.is_beside.get() || !session.is_open(Name::Prompt) {
        return ().into_any();
    }
    let prompt = item.entry.with_untracked(|entry| entry.prompt.clone());
    let open = prompt.is_some();
    let change = move |event: web_sys::Event| {
        let typed = event_target::<HtmlTextAreaElement>(&event).value();
        queue.set_prompt(item, Some(typed).filter(|typed| !typed.trim().is_empty()));
    };
    view! {
        <details prop:open=open>
            <summary>{session.say(words::OWN_PROMPT)}</summary>
            <textarea
                rows="2"
                aria-label=words::prompt_for(session.language, &item.name.get_value())
                prop:value=prompt.unwrap_or_default()
                on:change=run(change)
            ></textarea>
        </details>
    }
    .into_any()
}

fn acts(ui: Ui, queue: Queue, item: Item) -> AnyView {
    let session = ui.session;
    if queue.is_beside.get() {
        return ().into_any();
    }
    let again = |label: &'static str| {
        let again = move |_| {
            queue.again(item);
            request_animation_frame(move || ui.focus(TITLE_ID));
        };
        view! {
            <button class="ghost outlined" type="button" on:click=run(again)>{session.say(label)}</button>
        }
        .into_any()
    };
    let acts = match item.stage() {
        Stage::At(State::Reading | State::Sending | State::Answering) => {
            let cancel = move |_| {
                queue.cancel(item);
                request_animation_frame(move || ui.focus(TITLE_ID));
            };
            let label = session.say(words::CANCEL);
            return view! { <button class="ghost" type="button" on:click=run(cancel)>{label}</button> }
                .into_any();
        }
        Stage::At(State::Failed | State::Cancelled) => Some(again(words::SEND_AGAIN)),
        Stage::At(State::Unsure) => Some(again(words::SEND_ALL_THE_SAME)),
        _ => None,
    };
    let name = item.name.get_value();
    let remove = move |_| {
        queue.remove(item);
        request_animation_frame(move || ui.focus(TITLE_ID));
    };
    view! {
        {maybe(acts)}
        <button
            class="ghost"
            type="button"
            aria-label=words::remove(session.language, &name)
            on:click=run(remove)
        >
            {icon(icon::CLOSE)}
        </button>
    }
    .into_any()
}
