//! The tools that float over a result.

use super::Ui;
use super::background;
use super::cutout;
use super::dynamic::{maybe, run, text};
use super::export::export;
use super::icon::{self, icon};
use super::{queue, send_bar};
use crate::endpoint::PictureSource;
use crate::session::{Outcome, Session};
use crate::words;
use leptos::prelude::*;

pub fn tools(ui: Ui, outcome: &Outcome, compared: RwSignal<bool>) -> AnyView {
    let session = ui.session;
    let (picture, language) = (&outcome.picture, session.language);
    let mut facts = words::size(language, picture.size);
    if let PictureSource::File { format, .. } = &picture.source {
        let file = [" · ", format.label(), " ", &words::bytes(language, picture.bytes())];
        facts.push_str(&file.concat());
    }
    facts.push_str(" · ");
    facts.push_str(&words::seconds(language, outcome.took));
    let use_as_photo = move |_| {
        // These tools go with the result.
        ui.focus(background::chosen(ui.session));
        ui.session.use_as_photo();
    };
    let (session, request, batch) = (ui.session, outcome.request.clone(), outcome.batch);
    let like = move |_| {
        session.more_like(&request);
        send_bar::take_focus(ui);
    };
    // Of those that were asked for at once.
    let all = batch.is_some_and(|at| session.batch.with_untracked(|batch| batch.started == at));
    let all = all.then(|| {
        view! {
            <button type="button" id="all-pictures" on:click=run(move |_| session.together.set(true))>
                {words::ALL_PICTURES}
            </button>
        }
        .into_any()
    });
    let queued = session.queued.get_untracked() > 0;
    let back = queued.then(|| {
        let back = move |_| {
            session.show(None);
            request_animation_frame(move || ui.focus(queue::TITLE_ID));
        };
        view! {
            <button type="button" id="to-queue" on:click=run(back)>
                {session.say(words::TO_QUEUE)}
            </button>
        }
        .into_any()
    });
    let compare = outcome.photo.is_some().then(|| {
        view! {
            <button
                type="button"
                aria-pressed=text(move || compared.get().to_string())
                on:click=run(move |_| compared.update(|on| *on = !*on))
            >
                {icon(icon::COMPARE)}
                {session.say(words::COMPARE)}
            </button>
        }
        .into_any()
    });
    // Only of the photo that is there now.
    let correct = (session.may_correct(outcome)).then(|| {
        view! {
            <button type="button" id="correct" on:click=run(move |_| cutout::start(ui))>
                {icon(icon::BRUSH)}
                {session.say(words::CORRECT_CUTOUT)}
            </button>
        }
        .into_any()
    });
    let (save_as, dialog) = export(ui, outcome).unzip();
    view! {
        <div class="tools" part="tools" role="group" aria-label=session.say(words::RESULT)>
            {maybe(compare)}
            {maybe(all)}
            {maybe(correct)}
            {maybe(back)}
            {save(session, outcome)}
            {maybe(save_as)}
            <button type="button" id="more-like" on:click=run(like)>
                {session.say(words::MORE_LIKE_THIS)}
            </button>
            <button type="button" id="use-as-photo" on:click=run(use_as_photo)>
                {icon(icon::AGAIN)}
                {session.say(words::USE_AS_PHOTO)}
            </button>
            <slot name=words::SLOT_ACTIONS></slot>
            <small id="facts">{facts}</small>
        </div>
        {maybe(dialog)}
    }
    .into_any()
}

/// Saves the file; a picture that lies elsewhere is opened there, to be saved from there.
fn save(session: Session, outcome: &Outcome) -> AnyView {
    let url = outcome.picture.url().to_owned();
    match outcome.picture.blob() {
        Some(_) => link(
            "download",
            icon::DOWNLOAD,
            session.say(words::DOWNLOAD),
            url,
            Some(outcome.file_name()),
        ),
        None => open(session, url),
    }
}

/// Opens a picture that lies elsewhere, in a tab of its own that learns nothing of this page.
pub fn open(session: Session, url: String) -> AnyView {
    link("open", icon::PICTURE, session.say(words::OPEN_PICTURE), url, None)
}

fn link(
    id: &'static str,
    sign: &'static str,
    label: &'static str,
    url: String,
    download: Option<String>,
) -> AnyView {
    view! {
        <a
            class="button"
            id=id
            href=url
            target="_blank"
            rel="noopener noreferrer"
            download=download
        >
            {icon(sign)}
            {label}
        </a>
    }
    .into_any()
}
