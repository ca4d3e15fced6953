//! Settings under a name: kept, used, renamed, deleted, carried in a file.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use crate::keep::record::{get, set};
use crate::keep::{LONGEST_NAME, MOST_PRESETS, Preset};
use crate::photo::ObjectUrl;
use crate::session::{Session, call, pairs_of, pieces, read, texts, typed, written};
use crate::words;
use backdrop_contract::{Name, Request};
use js_sys::{Array, JSON, Object, Promise, Uint8Array};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Event, File, HtmlInputElement, MouseEvent};

/// The name of the file.
const FILE: &str = "backdrop-presets.json";

/// The largest file that is read, in bytes.
const LARGEST: f64 = 1_000_000.0;

/// What the dialog shows while it is open.
#[derive(Clone, Copy)]
struct Shelf {
    ui: Ui,
    /// Counts the changes of what is kept, which is read anew after each.
    changes: RwSignal<u32>,
    name: RwSignal<String>,
    /// The one whose name is being changed; empty while none is.
    renames: RwSignal<String>,
    /// Each line a paragraph.
    says: RwSignal<String>,
    /// What was deleted last and can be brought back; without a name while nothing can.
    deleted: [RwSignal<String>; 2],
}

pub fn presets(ui: Ui, open: RwSignal<bool>) -> AnyView {
    let session = ui.session;
    let shelf = Shelf {
        ui,
        changes: RwSignal::new(0),
        name: RwSignal::new(String::new()),
        renames: RwSignal::new(String::new()),
        says: RwSignal::new(String::new()),
        deleted: [RwSignal::new(String::new()), RwSignal::new(String::new())],
    };
    let keep = move |event: MouseEvent| {
        event.prevent_default();
        shelf.keep();
    };
    let rows = move || {
        let all = shelf.all();
        if all.is_empty() {
            return view! { <p class="hint">{session.say(words::PRESET_NONE)}</p> }.into_any();
        }
        let renames = shelf.renames.get();
        let rows = all.into_iter().map(|one| match renames == one.name {
            true => rename_row(shelf, one),
            false => row(shelf, open, one),
        });
        view! { <ul class="presets">{rows.collect::<Vec<_>>()}</ul> }.into_any()
    };
    let says = move || {
        let says = shelf.says.get();
        let lines = pieces(&says, b'\n').map(|line| view! { <p>{line.to_owned()}</p> }.into_any());
        let lines = lines.collect::<Vec<_>>();
        let [name, settings] = shelf.deleted.map(|signal| signal.get());
        let back = (!name.is_empty()).then(|| bring_back(shelf, Preset { name, settings }));
        view! { {lines} {maybe(back)} }.into_any()
    };
    view! {
        <p class="hint">{session.say(words::PRESETS_WHAT)}</p>
        <form class="beside">
            <input
                type="text"
                id="preset-name"
                dir="auto"
                autocomplete="off"
                maxlength=LONGEST_NAME.to_string()
                placeholder=session.say(words::PRESET_NAME)
                aria-label=session.say(words::PRESET_NAME)
                prop:value=text(move || shelf.name.get())
                on:input=run(move |event| shelf.name.set(event_target_value(&event)))
            />
            <button class="primary" type="submit" id="keep-preset" on:click=run(keep)>
                {session.say(words::PRESET_KEEP)}
            </button>
        </form>
        {part(rows)}
        <div role="status" class="lines" id="presets-say">{part(says)}</div>
        {files(shelf)}
    }
    .into_any()
}

fn row(shelf: Shelf, open: RwSignal<bool>, preset: Preset) -> AnyView {
    let language = shelf.ui.session.language;
    let name = preset.name.clone();
    let (renames, deletes) =
        (words::preset_rename(language, &name), words::preset_delete(language, &name));
    let renamed = name.clone();
    let take = {
        let preset = preset.clone();
        move |_: MouseEvent| {
            shelf.take(&preset);
            open.set(false);
        }
    };
    let rename = move |_: MouseEvent| {
        shelf.renames.set(renamed.clone());
        request_animation_frame(move || shelf.ui.focus("preset-new-name"));
    };
    let delete = move |_: MouseEvent| shelf.delete(&preset);
    view! {
        <li class="beside">
            <button class="ghost outlined" type="button" dir="auto" on:click=run(take)>{name}</button>
            <button class="ghost" type="button" aria-label=renames on:click=run(rename)>
                {shelf.ui.session.say(words::PRESET_RENAME)}
            </button>
            <button class="ghost" type="button" aria-label=deletes on:click=run(delete)>
                {shelf.ui.session.say(words::PRESET_DELETE)}
            </button>
        </li>
    }
    .into_any()
}

fn rename_row(shelf: Shelf, preset: Preset) -> AnyView {
    let session = shelf.ui.session;
    let typed = RwSignal::new(preset.name.clone());
    let label = words::preset_rename(session.language, &preset.name);
    let preset = StoredValue::new(preset);
    let save = move || shelf.rename(&preset.get_value(), &typed.get_untracked());
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            save();
        }
    };
    view! {
        <li class="beside">
            <input
                type="text"
                id="preset-new-name"
                dir="auto"
                autocomplete="off"
                maxlength=LONGEST_NAME.to_string()
                aria-label=label
                prop:value=text(move || typed.get())
                on:input=run(move |event| typed.set(event_target_value(&event)))
                on:keydown=run(keys)
            />
            <button class="ghost outlined" type="button" on:click=run(move |_: MouseEvent| save())>
                {session.say(words::PRESET_SAVE_NAME)}
            </button>
        </li>
    }
    .into_any()
}

fn bring_back(shelf: Shelf, preset: Preset) -> AnyView {
    let back = move |_: MouseEvent| {
        shelf.put(&preset);
        // The button goes with what it brings back.
        request_animation_frame(move || shelf.ui.focus("preset-name"));
    };
    view! {
        <button class="ghost outlined" type="button" id="bring-back" on:click=run(back)>
            {shelf.ui.session.say(words::UNDO)}
        </button>
    }
    .into_any()
}

/// To a file and from one.
fn files(shelf: Shelf) -> AnyView {
    let session = shelf.ui.session;
    // Freed with the view that has it.
    let file = move || {
        let all = shelf.all();
        let url = StoredValue::new_local(file_of(&all).map(|file| ObjectUrl::new(&file)));
        let href = url.with_value(|url| url.as_ref().map(|url| url.as_str().to_owned()));
        maybe((!all.is_empty()).then(|| {
            view! {
                <a class="button ghost outlined" id="export-presets" href=href download=FILE>
                    {session.say(words::PRESET_EXPORT)}
                </a>
            }
            .into_any()
        }))
    };
    let change = move |event: Event| {
        let input = event_target::<HtmlInputElement>(&event);
        let file = input.files().and_then(|files| files.get(0));
        input.set_value("");
        if let Some(file) = file {
            spawn_local(async move { shelf.import(&file).await });
        }
    };
    view! {
        <div class="beside end">
            {part(file)}
            <label class="picker ghost outlined">
                <input
                    class="unseen"
                    type="file"
                    id="import-presets"
                    accept=".json,application/json"
                    prop:multiple=flag(|| false)
                    on:change=run(change)
                />
                {session.say(words::PRESET_IMPORT)}
            </label>
        </div>
    }
    .into_any()
}

impl Shelf {
    fn session(self) -> Session {
        self.ui.session
    }

    /// All that are kept; follows what changes.
    fn all(self) -> Vec<Preset> {
        self.changes.track();
        Preset::all()
    }

    fn say(self, text: String) {
        self.deleted[0].set(String::new());
        self.says.set(text);
    }

    fn say_words(self, words: &'static str) {
        self.say(self.session().say(words).to_owned());
    }

    fn look(self) {
        self.changes.update(|changes| *changes += 1);
    }

    /// Keeps the settings as they stand.
    fn keep(self) {
        let Some(name) = Preset::name_of(&self.name.get_untracked()) else {
            self.ui.focus("preset-name");
            return self.say_words(words::PRESET_NO_NAME);
        };
        let (pairs, _) = untrack(|| self.session().pairs());
        if self.put(&Preset { name, settings: written(&pairs) }) {
            self.name.set(String::new());
        }
    }

    fn put(self, preset: &Preset) -> bool {
        let new = Preset::find(&preset.name).is_none();
        if new && Preset::all().len() >= MOST_PRESETS {
            self.say_words(words::PRESET_ENOUGH);
            return false;
        }
        let kept = preset.keep();
        match kept {
            true => self.say(words::preset_kept(self.session().language, &preset.name)),
            false => self.say_words(words::PRESET_NOT_KEPT),
        }
        self.look();
        kept
    }

    fn take(self, preset: &Preset) {
        let taken = Request::of_pairs(pairs_of(&preset.settings));
        let says = words::preset_taken(self.session().language, &preset.name);
        self.session().take_settings(taken, says);
    }

    fn delete(self, preset: &Preset) {
        preset.forget();
        self.look();
        self.say(words::preset_deleted(self.session().language, &preset.name));
        self.deleted[0].set(preset.name.clone());
        self.deleted[1].set(preset.settings.clone());
        let ui = self.ui;
        // The button went with its preset.
        request_animation_frame(move || ui.focus("bring-back"));
    }

    fn rename(self, preset: &Preset, typed: &str) {
        let Some(name) = Preset::name_of(typed) else {
            return self.say_words(words::PRESET_NO_NAME);
        };
        if name != preset.name && Preset::find(&name).is_some() {
            return self.say_words(words::PRESET_TAKEN_NAME);
        }
        let other = Preset { name, ..preset.clone() };
        if other.keep() {
            if other.name != preset.name {
                preset.forget();
            }
            self.renames.set(String::new());
            self.say(words::preset_kept(self.session().language, &other.name));
            let ui = self.ui;
            request_animation_frame(move || ui.focus("preset-name"));
        } else {
            self.say_words(words::PRESET_NOT_KEPT);
        }
        self.look();
    }

    /// Takes the presets of a file, each checked as a link is.
    async fn import(self, file: &File) {
        let Some(presets) = presets_in(file).await else {
            return self.say_words(words::PRESET_NO_FILE);
        };
        let language = self.session().language;
        let (mut count, mut lines) = (0, Vec::new());
        for entry in presets.iter() {
            let name = get(&entry, "name").as_string();
            let Some(name) = name.and_then(|name| Preset::name_of(&name)) else { continue };
            let settings = get(&entry, "settings");
            let Some(settings) = settings.dyn_ref::<Object>() else { continue };
            let entries = Object::entries(settings);
            let pairs = entries.iter().flat_map(|pair| {
                let pair = Array::from(&pair);
                let name = pair.get(0).as_string().unwrap_or_default();
                let texts = texts(&pair.get(1)).into_iter();
                texts.map(|text| (name.clone(), text)).collect::<Vec<_>>()
            });
            let taken = Request::of_pairs(pairs);
            let (addresses, refused) = read(self.session(), &taken);
            lines.extend(refused.iter().map(|line| words::of_preset(language, &name, line)));
            let pairs = taken.request.pairs().into_iter();
            let mut pairs: Vec<_> = pairs.map(|(name, text)| (name.to_owned(), text)).collect();
            for address in addresses {
                pairs.push((Name::RefImages.wire().into(), address.as_str().to_owned()));
            }
            if pairs.is_empty() {
                continue;
            }
            if Preset::find(&name).is_none() && Preset::all().len() >= MOST_PRESETS {
                lines.push(self.session().say(words::PRESET_ENOUGH).into());
                break;
            }
            count += u32::from(Preset { name, settings: written(&pairs) }.keep());
        }
        // The dialog may be closed by now.
        if self.changes.try_get_untracked().is_none() {
            return;
        }
        self.look();
        let mut says = match count {
            0 => self.session().say(words::PRESET_NO_FILE).to_owned(),
            _ => words::presets_imported(language, count),
        };
        for line in lines.iter().take(10) {
            says.push('\n');
            says.push_str(line);
        }
        self.say(says);
    }
}

/// The list in a file of presets, if it is one.
async fn presets_in(file: &File) -> Option<Array> {
    if file.size() > LARGEST {
        return None;
    }
    let text: Promise = call(file, "text", &[]).ok()?.unchecked_into();
    let text = JsFuture::from(text).await.ok()?.as_string()?;
    get(&JSON::parse(&text).ok()?, "presets").dyn_into().ok()
}

/// All presets as a file that a person can read.
fn file_of(all: &[Preset]) -> Option<Blob> {
    let presets = Array::new();
    for preset in all {
        let pairs = pairs_of(&preset.settings);
        let request = Request::of_pairs(pairs.clone()).request;
        let (settings, references) = (Object::new(), Array::new());
        for (name, text) in pairs {
            if name == Name::RefImages.wire() {
                references.push(&text.into());
                set(&settings, &name, &references);
            } else {
                set(&settings, &name, &typed(&request, &name, &text));
            }
        }
        let entry = Object::new();
        set(&entry, "name", &preset.name.as_str().into());
        set(&entry, "settings", &settings);
        presets.push(&entry);
    }
    let file = Object::new();
    set(&file, "presets", &presets);
    let json = get(&js_sys::global(), "JSON");
    let text = call(&json, "stringify", &[file.into(), JsValue::NULL, 2.into()]).ok()?;
    let bytes = Uint8Array::from(text.as_string()?.as_bytes());
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(&bytes), &options).ok()
}
