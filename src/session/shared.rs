//! Settings that travel: in a link, under a name, in a file. Never a photo, never a key.

use super::{Background, Edits, Form, Session};
use crate::keep::record::get;
use crate::photo::{Address, Photo, Source};
use crate::words;
use backdrop_contract::{Name, Request, TRANSPARENT, Taken, Value, is_hex_colour};
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// The longest link that is made or read, in UTF-16 units. Some programs cut longer ones.
pub const LONGEST_LINK: u32 = 16_000;

/// A method by its name, which is called; as [`get`] brings a field.
///
/// # Errors
/// What it throws; where there is none, that there is none.
pub fn call(of: &JsValue, name: &str, values: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(of, &name.into())?.dyn_into()?;
    Reflect::apply(&method, of, &values.iter().collect())
}

/// A global function of one text.
fn coded(function: &str, text: &str) -> String {
    let coded = call(&js_sys::global(), function, &[text.into()]);
    coded.ok().and_then(|coded| coded.as_string()).unwrap_or_else(|| text.to_owned())
}

/// Pairs as a link has them.
pub fn written(pairs: &[(String, String)]) -> String {
    let pair =
        |(name, text): &(String, String)| [name, "=", &coded("encodeURIComponent", text)].concat();
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// The pairs of a link; what is not written as one should be is taken as it stands.
pub fn pairs_of(text: &str) -> Vec<(String, String)> {
    let read = |text: &str| {
        let text: String = text.chars().map(|one| if one == '+' { ' ' } else { one }).collect();
        coded("decodeURIComponent", &text)
    };
    let pairs = pieces(text, b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let name = pieces(pair, b'=').next().unwrap_or_default();
            (read(name), read(pair.get(name.len() + 1..).unwrap_or_default()))
        })
        .collect()
}

/// What stands between signs. The library's own search, shared with the first load, would be there.
pub fn pieces(text: &str, sign: u8) -> impl Iterator<Item = &str> {
    let pieces = text.as_bytes().split(move |byte| *byte == sign);
    // Cut at a sign of one byte, each is text.
    pieces.filter_map(|piece| std::str::from_utf8(piece).ok())
}

/// How many references go along and how many cannot, as they are files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Along {
    pub addresses: u32,
    pub files: u32,
}

impl Session {
    /// The settings as they stand.
    pub fn pairs(self) -> (Vec<(String, String)>, Along) {
        let pairs = self.request().pairs().into_iter();
        let mut pairs: Vec<_> = pairs.map(|(name, text)| (name.to_owned(), text)).collect();
        let mut along = Along::default();
        if self.background.get().takes(Name::RefImages) {
            for reference in self.references.get() {
                match &reference.source {
                    Source::Address(address) => {
                        along.addresses += 1;
                        pairs.push((Name::RefImages.wire().into(), address.as_str().into()));
                    }
                    Source::File { .. } => along.files += 1,
                }
            }
        }
        (pairs, along)
    }

    /// The address of this page with the settings as they stand; none where it would be too long.
    pub fn link(self) -> (Option<String>, Along) {
        let (pairs, along) = self.pairs();
        let page = window().location().href().unwrap_or_default();
        let page = pieces(&page, b'#').next().unwrap_or_default();
        let link = [page, "#", &written(&pairs)].concat();
        let fits = link.encode_utf16().count() <= LONGEST_LINK as usize;
        (Some(link).filter(|_| fits), along)
    }

    /// Puts settings into the form, in place of all that are there; the photo stays. Says `what` and
    /// which of them were not taken.
    pub fn take_settings(self, taken: Taken, what: String) {
        let (addresses, lines) = read(self, &taken);
        let reference = !addresses.is_empty();
        let mut settings = taken.request;
        let prompt = settings.text(Name::Prompt).map(str::to_owned);
        let is_colour = |prompt: &String| is_hex_colour(prompt) || prompt == TRANSPARENT;
        let colour = prompt.clone().filter(|prompt| !reference && is_colour(prompt));
        let background = match (&colour, prompt.is_some(), reference) {
            (Some(_), ..) => Background::Colour,
            (_, true, true) => Background::Both,
            (_, false, true) => Background::Reference,
            _ => Background::Describe,
        };
        if background == Background::Both {
            self.both.set(true);
        }
        if colour.is_some() {
            settings.set(Name::Prompt, None);
        }
        let form = untrack(|| Form::of(self));
        let references = if reference {
            addresses.into_iter().map(Photo::of_address).collect()
        } else {
            form.references
        };
        let colour = colour.map_or(form.colour, |colour| colour.trim().to_ascii_lowercase());
        untrack(|| self.put(Form { settings, background, colour, references, ..form }));
        self.tell(what, &lines, false);
    }

    /// Says something beside the form as a whole, with a line for each thing that was not done.
    /// `afresh` offers to empty the form.
    pub fn tell(self, mut text: String, lines: &[String], afresh: bool) {
        for line in lines {
            text.push('\n');
            text.push_str(line);
        }
        if let Some(edits) = Edits::of(self) {
            edits.afresh.set(afresh);
            edits.says.set(text);
        }
    }

    /// Takes the settings that the page's address brings, and takes them out of it, so that a reload
    /// does not bring them again. Whether there were any.
    pub fn take_shared(self) -> bool {
        let location = window().location();
        let hash = get(&location, "hash").as_string().unwrap_or_default();
        let text = hash.get(1..).unwrap_or_default();
        // What is no setting is somebody else's.
        if !text.bytes().any(|byte| byte == b'=') {
            return false;
        }
        let href = location.href().unwrap_or_default();
        let page = pieces(&href, b'#').next().unwrap_or_default();
        let history = get(&window(), "history");
        let state = get(&history, "state");
        let _ = call(&history, "replaceState", &[state, "".into(), page.into()]);
        if text.encode_utf16().count() > LONGEST_LINK as usize {
            self.tell(self.say(words::LINK_TOO_LONG).into(), &[], false);
            return true;
        }
        let taken = Request::of_pairs(pairs_of(text));
        let what = match taken.request == Request::default() && taken.references.is_empty() {
            true => words::LINK_EMPTY,
            false if !taken.references.is_empty() => words::LINK_TAKEN_WITH_REFERENCES,
            false => words::LINK_TAKEN,
        };
        self.take_settings(taken, self.say(what).to_owned());
        true
    }
}

/// The references that are addresses, and a line for each thing that was not taken.
pub fn read(session: Session, taken: &Taken) -> (Vec<Address>, Vec<String>) {
    let mut lines: Vec<String> = taken
        .refused
        .iter()
        .map(|(name, why)| words::not_taken_setting(session.language, name, *why))
        .collect();
    let mut addresses = Vec::new();
    for text in &taken.references {
        match Address::read(text) {
            Ok(address) => addresses.push(address),
            Err(error) => lines.push(words::not_taken_address(
                session.language,
                Name::RefImages.wire(),
                error,
            )),
        }
    }
    (addresses, lines)
}

/// A value of a file of settings as texts: one, or those of a list; none for what is no setting.
pub fn texts(value: &JsValue) -> Vec<String> {
    if let Some(list) = value.dyn_ref::<Array>() {
        return list.iter().filter_map(|one| one.as_string()).collect();
    }
    let text = value.as_string().or_else(|| value.as_bool().map(|on| on.to_string()));
    let number = || {
        #[expect(clippy::cast_possible_truncation, reason = "only where it is a whole number")]
        let whole = value.as_f64().filter(|number| number.fract() == 0.0).map(|one| one as i64);
        whole.map(|whole| whole.to_string())
    };
    text.or_else(number).into_iter().collect()
}

/// The settings of a file: what they are in a request.
pub fn typed(request: &Request, name: &str, text: &str) -> JsValue {
    match Name::of(name).and_then(|name| request.get(name)) {
        Some(Value::Switch(on)) => (*on).into(),
        #[expect(clippy::cast_precision_loss, reason = "31 bits")]
        Some(Value::Whole(number)) => (*number as f64).into(),
        _ => text.into(),
    }
}
