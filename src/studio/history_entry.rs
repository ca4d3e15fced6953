//! A kept picture in the history: a small one, and when it is looked at, how it was made and what can be
//! done with it.

use super::dynamic::{flag, maybe, part, run, text};
use super::history::{Item, Shelf};
use super::icon::{self, icon};
use crate::keep::ask;
use crate::keep::history::{Entry, Maker, favour, picture};
use crate::keep::record::request;
use crate::words;
use backdrop_contract::{Detail, Name};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Url;

pub(super) fn entry(shelf: Shelf, id: &str) -> AnyView {
    let Some(item) = shelf.item(id) else { return ().into_any() };
    let session = shelf.ui.session;
    let id = item.entry.id.clone();
    let is_chosen = {
        let id = id.clone();
        move || shelf.chosen.with(|chosen| *chosen == id)
    };
    let is_chosen = Memo::new(move |_| is_chosen());
    let choose = {
        let id = id.clone();
        move |_| {
            shelf.chosen.update(|now| *now = if *now == id { String::new() } else { id.clone() });
        }
    };
    let favourite = item.favourite.clone();
    let star = move || {
        maybe(favourite.get().then(|| {
            view! {
                <span class="star">
                    {icon(icon::STAR)}
                    <span class="unseen">{session.say(words::FAVOURITE)}</span>
                </span>
            }
            .into_any()
        }))
    };
    let when = session.language.moment(item.entry.at);
    let name = item.entry.name.clone();
    let item = StoredValue::new_local(item);
    let about = move || maybe(is_chosen.get().then(|| item.with_value(|item| about(shelf, item))));
    view! {
        <li class:chosen=flag(move || is_chosen.get())>
            <button
                type="button"
                class="one"
                aria-expanded=text(move || is_chosen.get().to_string())
                on:click=run(choose)
            >
                <img data-id=id alt=String::new() decoding="async" />
                <b>{name}</b>
                <small>{when}</small>
                {part(star)}
            </button>
            {part(about)}
        </li>
    }
    .into_any()
}

/// How it was made.
fn facts(shelf: Shelf, entry: &Entry) -> Vec<String> {
    let language = shelf.ui.session.language;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let bytes = words::bytes(language, entry.bytes as u64);
    let mut facts = Vec::new();
    facts.extend(request(&entry.parameters).text(Name::Prompt).map(str::to_owned));
    facts.push([&words::size(language, entry.size), " · ", &bytes].concat());
    facts.push(words::seed_and_time(language, entry.seed, entry.took));
    facts.push(match entry.maker {
        Maker::Provider => {
            let host = Url::new(&entry.endpoint).map(|url| url.host()).unwrap_or_default();
            words::made_at(language, &host)
        }
        made => words::made_by_engine(language, made == Maker::Here, entry.look.as_ref()),
    });
    facts.extend(entry.cost.iter().map(|cost| words::told_detail(language, Detail::Cost, cost)));
    facts
}

fn about(shelf: Shelf, item: &Item) -> AnyView {
    let (session, ui) = (shelf.ui.session, shelf.ui);
    let entry = item.entry.clone();
    let facts: Vec<_> =
        facts(shelf, &entry).into_iter().map(|fact| view! { <p>{fact}</p> }.into_any()).collect();
    let show = {
        let entry = entry.clone();
        move |_| {
            let entry = entry.clone();
            spawn_local(async move {
                match picture(&entry.id).await {
                    Some(blob) => {
                        session.show_kept(&entry, blob);
                        ui.looking_back.try_set(false);
                    }
                    None => {
                        shelf.says.try_set(session.say(words::GONE_ALREADY).into());
                    }
                }
            });
        }
    };
    let settings = {
        let entry = entry.clone();
        move |_| {
            session.use_settings_of(&entry);
            ui.looking_back.set(false);
        }
    };
    let download = {
        let entry = entry.clone();
        move |_| {
            let entry = entry.clone();
            spawn_local(async move {
                let says = match picture(&entry.id).await {
                    Some(blob) => {
                        let name = entry.file_name(&blob);
                        let _ = ask("save", &[blob.into(), name.into()]).await;
                        words::SAVED
                    }
                    None => words::GONE_ALREADY,
                };
                shelf.says.try_set(session.say(says).into());
            });
        }
    };
    let favourite = item.favourite.clone();
    let is_favourite = {
        let favourite = favourite.clone();
        move || favourite.get().to_string()
    };
    let mark = {
        let entry = entry.clone();
        move |_| {
            let now = !favourite.get_untracked();
            favourite.set(now);
            let id = entry.id.clone();
            spawn_local(async move {
                if let Err(shut) = favour(&id, now).await {
                    shelf.says.try_set(session.say(words::not_kept(shut)).into());
                }
            });
        }
    };
    let delete = move |_| shelf.remove(vec![entry.id.clone()]);
    view! {
        <div class="about">
            {facts}
            <div class="beside">
                <button class="primary" type="button" id="kept-show" on:click=run(show)>
                    {session.say(words::SHOW_ON_STAGE)}
                </button>
                <button class="ghost outlined" type="button" id="kept-settings" on:click=run(settings)>
                    {session.say(words::USE_SETTINGS)}
                </button>
                <button
                    class="ghost outlined"
                    type="button"
                    id="kept-favourite"
                    aria-pressed=text(is_favourite)
                    on:click=run(mark)
                >
                    {icon(icon::STAR)}
                    {session.say(words::FAVOURITE)}
                </button>
                <button class="ghost outlined" type="button" id="kept-download" on:click=run(download)>
                    {session.say(words::DOWNLOAD)}
                </button>
                <button class="ghost outlined" type="button" id="kept-delete" on:click=run(delete)>
                    {session.say(words::DELETE)}
                </button>
            </div>
        </div>
    }
    .into_any()
}
