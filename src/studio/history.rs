//! The history, in a drawer: every picture that was made and is kept.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use super::history_entry::entry;
use super::icon::{self, icon};
use super::modal::{follows, head, own_keys};
use crate::keep::history::{self, Entry, LIMITS, Removed, holds, taken};
use crate::keep::store::Store;
use crate::keep::{Changes, Shut, ask};
use crate::words;
use js_sys::JsString;
use leptos::html::Ul;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use web_sys::{Event, HtmlInputElement};

/// How many are drawn at once: a screen or two. More come when the last is seen.
const STEP: usize = 40;

/// What the drawer knows.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    pub ui: Ui,
    /// The newest first.
    items: RwSignal<Vec<Item>, LocalStorage>,
    search: RwSignal<String>,
    favourites: RwSignal<bool>,
    most: RwSignal<usize>,
    /// The id of the one that is looked at.
    pub chosen: RwSignal<String>,
    pub says: RwSignal<String>,
    removed: RwSignal<Option<Removed>, LocalStorage>,
    asks: RwSignal<bool>,
    /// Why there is nothing.
    shut: RwSignal<Option<Shut>>,
    read: RwSignal<bool>,
    heard: StoredValue<Option<Rc<Changes>>, LocalStorage>,
}

/// A kept picture with what changes about it.
#[derive(Clone)]
pub(super) struct Item {
    pub entry: Rc<Entry>,
    haystack: JsString,
    pub favourite: ArcRwSignal<bool>,
}

impl Shelf {
    fn new(ui: Ui) -> Self {
        Self {
            ui,
            items: RwSignal::new_local(Vec::new()),
            search: RwSignal::new(String::new()),
            favourites: RwSignal::new(false),
            most: RwSignal::new(STEP),
            chosen: RwSignal::new(String::new()),
            says: RwSignal::new(String::new()),
            removed: RwSignal::new_local(None),
            asks: RwSignal::new(false),
            shut: RwSignal::new(None),
            read: RwSignal::new(false),
            heard: StoredValue::new_local(None),
        }
    }

    /// One of them, while it is there.
    pub fn item(self, id: &str) -> Option<Item> {
        let find = |all: &Vec<Item>| all.iter().find(|item| item.entry.id == id).cloned();
        self.items.try_with_untracked(find).flatten()
    }

    /// The ids of those that fit the search.
    fn found(self) -> Vec<String> {
        let words = history::words(&self.search.get());
        let favourites = self.favourites.get();
        let fits =
            |item: &&Item| (!favourites || item.favourite.get()) && holds(&item.haystack, &words);
        self.items.with(|all| all.iter().filter(fits).map(|item| item.entry.id.clone()).collect())
    }

    /// Reads what is kept now.
    async fn load(self) {
        match history::list().await {
            Ok(all) => {
                let item = |entry: Entry| {
                    let favourite = match self.item(&entry.id) {
                        Some(Item { favourite, .. }) => favourite,
                        None => ArcRwSignal::new(false),
                    };
                    if favourite.get_untracked() != entry.favourite {
                        favourite.set(entry.favourite);
                    }
                    Item { haystack: entry.haystack(), entry: Rc::new(entry), favourite }
                };
                self.shut.try_set(None);
                self.items.try_set(all.into_iter().map(item).collect());
            }
            Err(shut) => {
                self.shut.try_set(Some(shut));
            }
        }
        self.read.try_set(true);
    }

    /// Removes these, and offers to bring them back.
    pub fn remove(self, ids: Vec<String>) {
        spawn_local(async move {
            let Ok(removed) = history::remove(&ids).await else { return };
            let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            self.says.try_set(words::deleted(self.ui.session.language, count));
            self.removed.try_set(Some(removed));
            self.chosen.try_set(String::new());
            self.load().await;
            // What was pressed goes with the picture.
            request_animation_frame(move || self.ui.focus("history-undo"));
        });
    }

    fn undo(self) {
        let Some(removed) = self.removed.get_untracked() else { return };
        spawn_local(async move {
            let says = match removed.restore().await {
                Ok(()) => words::RESTORED,
                Err(shut) => words::not_kept(shut),
            };
            self.says.try_set(self.ui.session.say(says).into());
            self.removed.try_set(None);
            self.load().await;
            request_animation_frame(move || self.ui.focus("history-search"));
        });
    }

    fn take_out(self) {
        self.says.set(self.ui.session.say(words::EXPORTING).into());
        spawn_local(async move {
            let made = match history::take_out().await {
                Ok(zip) => ask("save", &[zip.into(), words::EXPORT_NAME.into()]).await.map(|_| ()),
                Err(shut) => Err(shut),
            };
            let says = match made {
                Ok(()) => words::SAVED,
                Err(shut) => words::not_kept(shut),
            };
            self.says.try_set(self.ui.session.say(says).into());
        });
    }

    fn put_in(self, event: &Event) {
        let input: HtmlInputElement = event_target(event);
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again after a change.
        input.set_value("");
        let Some(file) = file else { return };
        let language = self.ui.session.language;
        spawn_local(async move {
            let says = match history::put_in(&file).await {
                Ok(count) => words::imported(language, count),
                Err(Shut::Full) => language.say(words::DISK_FULL).to_owned(),
                Err(Shut::Closed) => language.say(words::NOT_IMPORTED).to_owned(),
            };
            self.says.try_set(says);
            self.load().await;
        });
    }
}

/// The drawer is there all the time; what is in it only while it is open.
pub fn drawer(ui: Ui) -> AnyView {
    let dialog = follows(ui.looking_back, |_| ());
    let session = ui.session;
    view! {
        <dialog
            node_ref=dialog
            class="drawer history"
            id="history-drawer"
            aria-label=session.say(words::HISTORY)
            // Not every browser brings the focus back.
            on:close=run(move |_| {
                ui.looking_back.set(false);
                ui.focus("history");
            })
            on:keydown=run(own_keys)
        >
            {head(session, words::HISTORY, ui.looking_back)}
            {part(move || maybe(ui.looking_back.get().then(|| inside(ui))))}
        </dialog>
    }
    .into_any()
}

fn inside(ui: Ui) -> AnyView {
    let session = ui.session;
    let shelf = Shelf::new(ui);
    spawn_local(async move {
        shelf.load().await;
        shelf.listen().await;
    });
    let search = move |event| {
        shelf.most.set(STEP);
        shelf.search.set(event_target_value(&event));
    };
    let only = move |_| {
        shelf.most.set(STEP);
        shelf.favourites.update(|on| *on = !*on);
    };
    let undo = move || {
        maybe(shelf.removed.with(Option::is_some).then(|| {
            view! {
                <button class="ghost outlined" type="button" id="history-undo" on:click=run(move |_| shelf.undo())>
                    {session.say(words::UNDO_DELETE)}
                </button>
            }
            .into_any()
        }))
    };
    view! {
        <div class="beside find">
            <input
                type="search"
                id="history-search"
                autocomplete="off"
                placeholder=session.say(words::SEARCH_HISTORY)
                aria-label=session.say(words::SEARCH_HISTORY)
                on:input=run(search)
            />
            <button
                class="ghost outlined"
                type="button"
                id="history-favourites"
                aria-pressed=text(move || shelf.favourites.get().to_string())
                on:click=run(only)
            >
                {icon(icon::STAR)}
                {session.say(words::FAVOURITES_ONLY)}
            </button>
        </div>
        {part(move || grid(shelf))}
        <div class="beside news">
            <p id="history-says" role="status">{text(move || shelf.says.get())}</p>
            {part(undo)}
        </div>
        {part(move || foot(shelf))}
    }
    .into_any()
}

impl Shelf {
    /// Reads anew what another tab has changed, or a picture that has just come.
    async fn listen(self) {
        let heard = Changes::hear(Store::Pictures, move || spawn_local(self.load())).await;
        // Where the drawer was closed meanwhile, it ends at once.
        drop(self.heard.try_set_value(heard.ok().map(Rc::new)));
    }
}

/// What fits the search.
fn grid(shelf: Shelf) -> AnyView {
    let session = shelf.ui.session;
    let list = NodeRef::<Ul>::new();
    if let Some(shut) = shelf.shut.get() {
        return view! { <p class="hint none" role="alert">{session.say(words::not_kept(shut))}</p> }
            .into_any();
    }
    if !shelf.read.get() {
        return ().into_any();
    }
    let found = Memo::new(move |_| shelf.found());
    let empty = move || {
        let says = match shelf.items.with(Vec::is_empty) {
            true => words::HISTORY_EMPTY,
            false => words::NOTHING_FOUND,
        };
        maybe(
            found
                .with(Vec::is_empty)
                .then(|| view! { <p class="hint none">{session.say(says)}</p> }.into_any()),
        )
    };
    let drawn = move || found.with(|all| all.iter().take(shelf.most.get()).cloned().collect());
    let drawn: Box<dyn Fn() -> Vec<String> + Send> = Box::new(drawn);
    let more = move || {
        maybe((found.with(Vec::len) > shelf.most.get()).then(|| {
            view! {
                <button
                    class="ghost outlined more"
                    type="button"
                    on:click=run(move |_| shelf.most.update(|most| *most += STEP))
                >
                    {session.say(words::SHOW_MORE)}
                </button>
            }
            .into_any()
        }))
    };
    // The small pictures of what has just been drawn are read when they are seen.
    Effect::new(move |_| {
        found.track();
        shelf.most.track();
        let Some(list) = list.get() else { return };
        request_animation_frame(move || {
            spawn_local(async move {
                let _ = ask("showSmall", &[list.parent_element().into()]).await;
            });
        });
    });
    let held = StoredValue::new_local(None);
    Effect::new(move |_| held.set_value(list.get().and_then(|list| list.parent_element())));
    on_cleanup(move || {
        let Some(list) = held.try_get_value().flatten() else { return };
        spawn_local(async move {
            let _ = ask("hideSmall", &[list.into()]).await;
        });
    });
    view! {
        <div class="shelf">
            {part(empty)}
            <ul class="kept" node_ref=list aria-label=session.say(words::HISTORY)>
                <For each=drawn key=String::clone children=move |id: String| entry(shelf, &id) />
            </ul>
            {part(more)}
        </div>
    }
    .into_any()
}

/// What it takes, and what can be done with all of it.
fn foot(shelf: Shelf) -> AnyView {
    let session = shelf.ui.session;
    let language = session.language;
    let count = move || u32::try_from(shelf.items.with(Vec::len)).unwrap_or(u32::MAX);
    let ids = move || {
        shelf.items.with_untracked(|all| all.iter().map(|item| item.entry.id.clone()).collect())
    };
    if shelf.asks.get() {
        let all = move |_| {
            shelf.asks.set(false);
            shelf.remove(ids());
        };
        let stay = move |_| {
            shelf.asks.set(false);
            request_animation_frame(move || shelf.ui.focus("history-delete-all"));
        };
        return view! {
            <div class="beside end" role="group" aria-labelledby="history-question".to_owned()>
                <p id="history-question">{words::ask_delete_all(language, untrack(count))}</p>
                <button class="ghost outlined" type="button" id="history-stay" on:click=run(stay)>
                    {session.say(words::KEEP_THEM)}
                </button>
                <button class="primary" type="button" id="history-delete" on:click=run(all)>
                    {session.say(words::DELETE)}
                </button>
            </div>
        }
        .into_any();
    }
    let ask_first = move |_| {
        shelf.asks.set(true);
        request_animation_frame(move || shelf.ui.focus("history-stay"));
    };
    let size = move || {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let taken = shelf.items.with(|all| taken(all.iter().map(|item| &*item.entry)) as u64);
        words::kept(language, count(), taken)
    };
    let limit = move |event| {
        let Ok(limit) = event_target_value(&event).parse() else { return };
        spawn_local(async move {
            let _ = history::set_limit(limit).await;
            shelf.load().await;
        });
    };
    let now = history::limit();
    let limits = LIMITS.map(|limit| {
        let label = words::bytes(language, u64::from(limit) * 1_000_000);
        view! { <option value=limit.to_string() prop:selected=flag(move || limit == now)>{label}</option> }
            .into_any()
    });
    view! {
        <div class="beside foot">
            <span id="history-size">{text(size)}</span>
            <label for="history-limit">{session.say(words::KEEP_AT_MOST)}</label>
            <select id="history-limit" aria-describedby="history-limit-help".to_owned() on:change=run(limit)>
                {Vec::from(limits)}
            </select>
            <small id="history-limit-help">{session.say(words::KEEP_AT_MOST_HELP)}</small>
        </div>
        <div class="beside foot">
            <button class="ghost outlined" type="button" id="history-export" on:click=run(move |_| shelf.take_out())>
                {session.say(words::EXPORT)}
            </button>
            <label class="picker ghost outlined">
                <input
                    class="unseen"
                    type="file"
                    id="history-import"
                    accept=".zip,application/zip".to_owned()
                    on:change=run(move |event: Event| shelf.put_in(&event))
                />
                {session.say(words::IMPORT)}
            </label>
            <button class="ghost outlined" type="button" id="history-delete-all" on:click=run(ask_first)>
                {session.say(words::DELETE_ALL)}
            </button>
        </div>
    }
    .into_any()
}
