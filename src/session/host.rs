//! What the page around may do: give parameters and pictures, hide or lock what a visitor must not
//! change, and hear what happens.

use super::{Background, Outcome, Session, Slot};
use crate::photo::{IntakeError, Photo};
use crate::rest::here;
use crate::words;
use backdrop_contract::{Failure, Name, PARAMETERS, Request, is_hex_colour};
use js_sys::Array;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File, Url};

/// What is about to be sent.
pub struct Sending {
    /// The parameters, without the pictures.
    pub request: Request,
    /// Sent instead of the photo: a `Blob`, or an address or base64 as a JavaScript string.
    pub image: Option<JsValue>,
    /// Sent instead of the reference: an array of such.
    pub references: Option<Array>,
}

/// A picture from the page as it goes on the wire.
///
/// # Errors
/// [`IntakeError::Unreadable`] when its file has gone.
pub(super) async fn wire(picture: JsValue) -> Result<JsValue, IntakeError> {
    match picture.dyn_ref::<Blob>() {
        Some(blob) => Photo::of_blob(blob, String::new(), true).await?.wire().await,
        None => Ok(picture),
    }
}

/// Several, as [`wire`]: one goes by itself, more as a list.
///
/// # Errors
/// As [`wire`].
pub(super) async fn wire_all(pictures: Array) -> Result<JsValue, IntakeError> {
    for at in 0..pictures.length() {
        pictures.set(at, wire(pictures.get(at)).await?);
    }
    Ok(if pictures.length() == 1 { pictures.get(0) } else { pictures.into() })
}

/// Hears what happens in a session.
pub trait Listener {
    /// Lets what is about to be sent pass, changed or not; none forbids it.
    ///
    /// # Errors
    /// What is wrong with the change, as a sentence.
    fn sending(&self, sending: Sending) -> Result<Option<Sending>, String> {
        Ok(Some(sending))
    }

    /// A picture came back.
    fn done(&self, _outcome: &Outcome) {}

    /// None came back.
    fn failed(&self, _failure: &Failure) {}
}

/// What a visitor may change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    hidden: [bool; PARAMETERS.len()],
    locked: [bool; PARAMETERS.len()],
    /// Which files a visitor may choose, as in `<input accept>`; empty is every picture that the
    /// endpoint takes.
    pub accept: String,
}

impl Rules {
    /// Hides parameters, by names between spaces; the others are shown. Gives back a name that is
    /// none.
    pub fn hide<'a>(&mut self, names: &'a str) -> Option<&'a str> {
        mark(&mut self.hidden, names)
    }

    /// As [`Rules::hide`]: what is locked is shown and cannot be changed.
    pub fn lock<'a>(&mut self, names: &'a str) -> Option<&'a str> {
        mark(&mut self.locked, names)
    }
}

fn mark<'a>(marks: &mut [bool; PARAMETERS.len()], names: &'a str) -> Option<&'a str> {
    *marks = Default::default();
    let mut unknown = None;
    for word in names.split([' ', ',', '\n', '\t']).filter(|word| !word.is_empty()) {
        // As the attribute is written, or as the parameter goes on the wire.
        let row = PARAMETERS.iter().position(|row| {
            let letters = word.bytes().map(|letter| if letter == b'-' { b'_' } else { letter });
            letters.eq(row.wire.bytes())
        });
        match row {
            Some(row) => marks[row] = true,
            None => unknown = Some(word),
        }
    }
    unknown
}

impl Session {
    /// Whether the page shows a parameter at all.
    pub fn is_hidden(self, name: Name) -> bool {
        self.rules.with(|rules| rules.hidden[name as usize])
    }

    /// Whether a visitor may change a parameter.
    pub fn is_open(self, name: Name) -> bool {
        self.rules.with(|rules| !rules.hidden[name as usize] && !rules.locked[name as usize])
    }

    /// Whether a visitor may say the background this way. What holds now is offered; another way
    /// only if neither takes a parameter that the page keeps to itself.
    pub fn offers(self, choice: Background) -> bool {
        let may = |way: Background| {
            let prompt = way != Background::Reference;
            let reference = matches!(way, Background::Reference | Background::Both);
            (!prompt || self.is_open(Name::Prompt)) && (!reference || self.is_open(Name::RefImages))
        };
        let now = self.background.get();
        let both = choice != Background::Both || self.both.get();
        choice == now || both && may(now) && may(choice)
    }

    /// Takes each value that is set.
    pub fn give(self, given: &Request) {
        self.settings.update(|settings| {
            for row in &PARAMETERS {
                if let Some(value) = given.get(row.name) {
                    settings.set(row.name, Some(value.clone()));
                }
            }
        });
    }

    /// Chooses how the background is said, by what the page gives: a prompt and a reference together
    /// are sent together.
    pub fn choose_background(self, prompt: bool, reference: bool) {
        self.both.set(prompt && reference);
        let colour = self.settings.with_untracked(|settings| {
            let prompt = settings.text(Name::Prompt).filter(|prompt| is_hex_colour(prompt));
            prompt.map(|prompt| prompt.trim().to_ascii_lowercase())
        });
        self.background.set(match (prompt, reference, colour) {
            (true, true, _) => Background::Both,
            (false, true, _) => Background::Reference,
            (true, false, Some(colour)) => {
                self.colour.set(colour);
                Background::Colour
            }
            _ => Background::Describe,
        });
    }

    /// Takes a picture from the page: a `Blob`, or an absolute address; anything else is none.
    pub fn give_picture(self, slot: Slot, picture: &JsValue) {
        if let Some(blob) = picture.dyn_ref::<Blob>() {
            let name =
                picture.dyn_ref::<File>().map_or_else(|| words::GIVEN_PHOTO.to_owned(), File::name);
            self.take_blob(slot, blob.clone(), name);
        } else if let Some(address) = picture.as_string() {
            // Nobody else can read the page's own addresses: its bytes are sent in their place.
            match is_own(&address) {
                true => {
                    let name = address.rsplit('/').next().unwrap_or_default().to_owned();
                    self.take_loaded(slot, address, name);
                }
                false => {
                    self.take_link(slot, &address);
                }
            }
        } else {
            self.drop_picture(slot);
        }
    }

    /// Takes references from the page in place of those that are there.
    pub fn give_references(self, list: &Array) {
        self.drop_picture(Slot::Reference);
        for picture in list.iter() {
            self.give_picture(Slot::Reference, &picture);
        }
    }

    /// Back to the start. What the page gave is given again by whoever knows it.
    pub fn reset(self) {
        self.cancel();
        if let Some(rest) = here().filter(|_| self.queued.get_untracked() > 0) {
            (rest.clear_queue)(self);
        }
        self.settings.set(Request::default());
        self.background.set(Background::Describe);
        self.drop_picture(Slot::Photo);
        self.drop_picture(Slot::Reference);
        self.attempted.set(false);
        self.notice.set(String::new());
        self.said.set(String::new());
    }

    pub fn listen(self, listener: Rc<dyn Listener>) {
        self.listener.set_value(Some(listener));
    }

    /// Called outside of every borrow: a listener may do anything to this very session.
    pub(super) fn listener(self) -> Option<Rc<dyn Listener>> {
        self.listener.try_get_value().flatten()
    }
}

fn is_own(address: &str) -> bool {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    let url = Url::new(address).ok();
    url.is_some_and(|url| {
        matches!(url.protocol().as_str(), "blob:" | "data:") || Some(url.origin()) == origin
    })
}
