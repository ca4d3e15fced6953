//! Ways to take a picture away: in another format or size, by the clipboard, by the share sheet.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use super::icon::{self, icon};
use super::modal::{follows, own_keys};
use crate::keep::record::{get, object};
use crate::keep::{Shut, ask};
use crate::session::Outcome;
use crate::words;
use backdrop_contract::Format;
use js_sys::{Array, Object};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Event, HtmlInputElement};

const FORMATS: [Format; 3] = [Format::Png, Format::Jpeg, Format::Webp];

/// Proportions and pixels that marketplaces, feeds and banners ask for: Amazon and Etsy 2,000 a side
/// (eBay at least 1,600), Instagram's 4:5, full HD.
const SIZES: [(&str, (u32, u32)); 3] =
    [("1:1", (2_000, 2_000)), ("4:5", (1_080, 1_350)), ("16:9", (1_920, 1_080))];

/// What the dialog holds.
#[derive(Clone, Copy)]
struct Copies {
    ui: Ui,
    picture: StoredValue<(Blob, String), LocalStorage>,
    /// The picture's own pixels.
    own: (u32, u32),
    /// What this browser can write.
    formats: RwSignal<Vec<Format>>,
    format: RwSignal<Format>,
    /// In percent.
    quality: RwSignal<u32>,
    /// The place in [`SIZES`], from 1 on; 0 for the picture's own.
    size: RwSignal<usize>,
    crops: RwSignal<bool>,
    copies: RwSignal<bool>,
    shares: RwSignal<bool>,
    busy: RwSignal<bool>,
    says: RwSignal<String>,
}

/// The button beside Download, and the dialog that it opens; nothing for a picture that lies elsewhere.
pub fn export(ui: Ui, outcome: &Outcome) -> Option<(AnyView, AnyView)> {
    let blob = outcome.picture.blob()?.clone();
    let open = RwSignal::new(false);
    let button = view! {
        <button type="button" id="save-as" aria-haspopup="dialog" on:click=run(move |_| open.set(true))>
            {ui.session.say(words::SAVE_AS)}
        </button>
    };
    let copies = Copies {
        ui,
        own: outcome.picture.size,
        picture: StoredValue::new_local((blob, outcome.file_name())),
        formats: RwSignal::new(vec![Format::Png, Format::Jpeg]),
        format: RwSignal::new(Format::Png),
        quality: RwSignal::new(90),
        size: RwSignal::new(0),
        crops: RwSignal::new(true),
        copies: RwSignal::new(false),
        shares: RwSignal::new(false),
        busy: RwSignal::new(false),
        says: RwSignal::new(String::new()),
    };
    Some((button.into_any(), dialog(copies, open, outcome.picture.url().to_owned())))
}

impl Copies {
    /// What this browser can.
    async fn look(self) {
        let types: Array = FORMATS.iter().map(|format| JsValue::from(format.mime())).collect();
        if let Ok(can) = ask("writable", &[types.into()]).await {
            let can = Array::from(&can);
            let can = FORMATS.into_iter().filter(|f| can.includes(&f.mime().into(), 0)).collect();
            self.formats.try_set(can);
        }
        if let Ok(ways) = ask("ways", &[]).await {
            let ways = Array::from(&ways);
            self.copies.try_set(ways.get(0).is_truthy());
            self.shares.try_set(ways.get(1).is_truthy());
        }
    }

    fn wanted(self) -> Option<(u32, u32)> {
        let at = self.size.get().checked_sub(1)?;
        SIZES.get(at).map(|(_, size)| *size)
    }

    /// As `drawn` in `keep/room/draw.js` takes it.
    fn how(self) -> Object {
        let (width, height) = untrack(|| self.wanted()).unwrap_or_default();
        let fit = if self.crops.get_untracked() { "crop" } else { "pad" };
        object([
            ("type", self.format.get_untracked().mime().into()),
            ("quality", (f64::from(self.quality.get_untracked()) / 100.0).into()),
            ("width", width.into()),
            ("height", height.into()),
            ("fit", fit.into()),
        ])
    }

    /// The copy with its name, and what is to be said of it.
    async fn made(self) -> Result<(Blob, String, Option<&'static str>), Shut> {
        let (blob, name) = self.picture.try_get_value().ok_or(Shut::Closed)?;
        let drawn = ask("drawn", &[blob.into(), self.how().into()]).await?;
        let copy: Blob = get(&drawn, "blob").dyn_into().map_err(|_| Shut::Closed)?;
        let stem = crate::photo::Photo::stem_of(&name);
        let sign = untrack(|| self.wanted()).map(|(width, height)| format!("-{width}x{height}"));
        let ending = self.format.get_untracked().extension();
        let name = [stem, &sign.clone().unwrap_or_default(), ".", ending].concat();
        let cut = sign.filter(|_| self.crops.get_untracked()).map(|_| {
            match get(&drawn, "found").is_truthy() {
                true => words::CROPPED_AROUND,
                false => words::CROPPED_MIDDLE,
            }
        });
        Ok((copy, name, cut))
    }

    /// Makes the copy and hands it to one of the room's functions.
    fn give(self, to: &'static str, done: &'static str) {
        let session = self.ui.session;
        self.begin();
        spawn_local(async move {
            let given = match self.made().await {
                Ok((copy, name, cut)) => ask(to, &[copy.into(), name.into()]).await.map(|_| cut),
                Err(shut) => Err(shut),
            };
            self.end(match given {
                Ok(Some(cut)) => words::sentences(session.language, done, cut),
                Ok(None) => session.say(done).to_owned(),
                Err(_) => session.say(words::NOT_SAVED).to_owned(),
            });
        });
    }

    fn copy(self) {
        let session = self.ui.session;
        let Some((blob, _)) = self.picture.try_get_value() else { return };
        self.begin();
        spawn_local(async move {
            let done = ask("copy", &[blob.into(), self.how().into()]).await;
            let says = if done.is_ok() { words::PICTURE_COPIED } else { words::NOT_SAVED };
            self.end(session.say(says).to_owned());
        });
    }

    fn begin(self) {
        self.says.set(String::new());
        self.busy.set(true);
    }

    fn end(self, says: String) {
        self.busy.try_set(false);
        self.says.try_set(says);
    }
}

fn dialog(copies: Copies, open: RwSignal<bool>, url: String) -> AnyView {
    let session = copies.ui.session;
    let dialog = follows(open, move |opens| {
        if opens {
            copies.says.set(String::new());
            spawn_local(copies.look());
        }
    });
    let url = StoredValue::new(url);
    view! {
        <dialog
            node_ref=dialog
            id="export"
            aria-label=session.say(words::SAVE_A_COPY)
            // Not every browser brings the focus back.
            on:close=run(move |_| {
                open.set(false);
                copies.ui.focus("save-as");
            })
            on:keydown=run(own_keys)
        >
            {part(move || maybe(open.get().then(|| inside(copies, open, url.get_value()))))}
        </dialog>
    }
    .into_any()
}

fn inside(copies: Copies, open: RwSignal<bool>, url: String) -> AnyView {
    let session = copies.ui.session;
    let formats = move || {
        let choice = |format: Format| {
            let is_it = move || copies.format.get() == format;
            let id = ["export-", format.extension()].concat();
            radio(id, "export-format", format.label().to_owned(), is_it, move || {
                copies.format.set(format);
            })
        };
        copies.formats.get().into_iter().map(choice).collect::<Vec<_>>().into_any()
    };
    let quality = move || {
        maybe((copies.format.get() != Format::Png).then(|| {
            let set = move |event: Event| {
                let value = event_target::<HtmlInputElement>(&event).value();
                copies.quality.set(value.parse().unwrap_or(90));
            };
            view! {
                <div class="field">
                    <label for="export-quality">{session.say(words::QUALITY)}</label>
                    <div class="beside">
                        <input
                            type="range"
                            id="export-quality"
                            min="40"
                            max="100"
                            step="5"
                            prop:value=text(move || copies.quality.get().to_string())
                            on:input=run(set)
                        />
                        <output for="export-quality">{text(move || copies.quality.get().to_string())}</output>
                    </div>
                </div>
            }
            .into_any()
        }))
    };
    let sizes = (0..=SIZES.len()).map(|at| {
        let label = match at.checked_sub(1).and_then(|at| SIZES.get(at)) {
            Some((sign, _)) => (*sign).to_owned(),
            None => session.say(words::ORIGINAL_SIZE).to_owned(),
        };
        let is_it = move || copies.size.get() == at;
        let id = ["export-size-", &at.to_string()].concat();
        radio(id, "export-size", label, is_it, move || copies.size.set(at))
    });
    let fit = move || {
        maybe(copies.wanted().map(|_| {
            let ways = [("crop", words::CROP, true), ("pad", words::PAD, false)];
            let ways = ways.map(|(name, label, crops)| {
                let id = ["export-", name].concat();
                let is_it = move || copies.crops.get() == crops;
                let label = session.say(label).to_owned();
                radio(id, "export-fit", label, is_it, move || copies.crops.set(crops))
            });
            group(session.say(words::TO_FIT), Vec::from(ways).into_any())
        }))
    };
    let pixels = move || {
        let size = copies.wanted().unwrap_or(copies.own);
        let pixels = words::size(session.language, size);
        match size.0 > copies.own.0 && size.1 > copies.own.1 {
            true => [&*pixels, " · ", session.say(words::ENLARGED)].concat(),
            false => pixels,
        }
    };
    let others = move || {
        let copy = copies
            .copies
            .get()
            .then(|| button("export-copy", session.say(words::COPY), move || copies.copy()));
        let share = copies.shares.get().then(|| {
            button("export-share", session.say(words::SHARE_PICTURE), move || {
                copies.give("share", words::SAVED);
            })
        });
        view! { {maybe(copy)} {maybe(share)} }.into_any()
    };
    view! {
        <form novalidate on:submit=run(|event: leptos::ev::SubmitEvent| event.prevent_default())>
            <h2>{session.say(words::SAVE_A_COPY)}</h2>
            {group(session.say(words::FILE_FORMAT), part(formats).into_any())}
            {part(quality)}
            {group(session.say(words::PICTURE_SIZE), sizes.collect::<Vec<_>>().into_any())}
            <small>{session.say(words::SIZES_HELP)}</small>
            {part(fit)}
            <small id="export-pixels">{text(pixels)}</small>
            <p id="export-says" role="status">{text(move || copies.says.get())}</p>
            <div class="beside end ways">
                {button("export-close", session.say(words::CLOSE), move || open.set(false))}
                <a class="button ghost outlined" id="export-open" href=url target="_blank" rel="noopener noreferrer">
                    {session.say(words::OPEN_IN_TAB)}
                </a>
                {part(others)}
                <button
                    class="primary"
                    type="button"
                    id="export-save"
                    aria-disabled=text(move || copies.busy.get().to_string())
                    on:click=run(move |_| {
                        if !copies.busy.get_untracked() {
                            copies.give("save", words::SAVED);
                        }
                    })
                >
                    {icon(icon::DOWNLOAD)}
                    {session.say(words::DOWNLOAD)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn button(id: &'static str, label: &'static str, then: impl Fn() + 'static) -> AnyView {
    view! {
        <button class="ghost outlined" type="button" id=id on:click=run(move |_| then())>
            {label}
        </button>
    }
    .into_any()
}

fn group(label: &'static str, choices: AnyView) -> AnyView {
    view! {
        <div class="field">
            <span aria-hidden="true">{label}</span>
            <div class="segments" role="radiogroup" aria-label=label>{choices}</div>
        </div>
    }
    .into_any()
}

fn radio(
    id: String,
    name: &'static str,
    label: String,
    is_it: impl Fn() -> bool + Send + 'static,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <label>
            <input type="radio" name=name id=id prop:checked=flag(is_it) on:change=run(move |_| choose()) />
            <span>{label}</span>
        </label>
    }
    .into_any()
}
