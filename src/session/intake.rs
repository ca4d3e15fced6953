//! A photo or a reference arrives.

use super::Session;
use crate::keep::record;
use crate::photo::{Address, IntakeError, Photo, bytes_in};
use crate::rest::{Lost, Task};
use crate::words;
use backdrop_contract::Name;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, Response};

/// Which of the two pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Photo,
    Reference,
}

impl Slot {
    /// The parameter that the picture becomes.
    pub fn name(self) -> Name {
        match self {
            Self::Photo => Name::Image,
            Self::Reference => Name::RefImages,
        }
    }
}

/// How pictures are taken in.
#[derive(Clone, Copy, Debug)]
pub struct Intake {
    /// Whether position, camera and other metadata are taken out of files.
    pub clean: bool,
    /// The largest picture in bytes, where whoever runs the page says one.
    pub max_bytes: Option<u64>,
}

impl Default for Intake {
    fn default() -> Self {
        Self { clean: true, max_bytes: None }
    }
}

/// What has arrived so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arrivals {
    /// How many in each slot: a late one must not replace a newer.
    count: [u32; 2],
    /// Whether the person pressed the button while a photo was being read.
    sends_next: bool,
}

/// Pictures on their way.
pub struct Arriving {
    slot: Slot,
    /// Their number: late ones must not replace newer ones.
    turn: u32,
    /// How many came at once, if that was too many.
    of: usize,
    what: Vec<Arrival>,
}

/// What a picture comes from.
pub enum Arrival {
    /// A file that a visitor chose, and what the page around accepts.
    File(File, String),
    /// Bytes and their name.
    Blob(Blob, String),
    /// An address that the page itself holds, and its name.
    At(String, String),
    /// It was read before, and its file is to be read once more.
    Again(Photo),
    /// It needs no reading.
    Photo(Photo),
}

impl Arrival {
    /// What the person knows it by.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(file, _) => file.name(),
            Self::Blob(_, name) | Self::At(_, name) => name.clone(),
            Self::Again(photo) | Self::Photo(photo) => photo.name.clone(),
        }
    }

    /// What tells it from others; empty where nothing does.
    pub(super) fn key(&self) -> String {
        match self {
            Self::File(file, _) => {
                let changed = record::number(file, "lastModified");
                #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
                let changed = (changed as i64).to_string();
                [&*bytes_in(file).to_string(), " ", &changed, " ", &file.name()].concat()
            }
            Self::At(url, _) => url.clone(),
            _ => String::new(),
        }
    }

    pub(super) async fn photo(self, clean: bool) -> Result<Photo, IntakeError> {
        match self {
            Self::File(file, accept) => Photo::of_file(&file, clean).await?.if_in(&accept),
            Self::Blob(blob, name) => Photo::of_blob(&blob, name, clean).await,
            Self::At(url, name) => {
                let blob = fetch(&url).await.ok_or_else(|| IntakeError::NotLoaded(name.clone()))?;
                Photo::of_blob(&blob, name, clean).await
            }
            Self::Again(photo) => photo.again(clean).await,
            Self::Photo(photo) => Ok(photo),
        }
    }
}

impl Session {
    /// Takes the first of these files, or as many references as there is room for. One that cannot be
    /// used leaves everything as it was and says why.
    pub fn take_files(self, slot: Slot, files: Vec<File>) {
        if !self.may_take(slot) {
            return;
        }
        let of = files.len();
        let accept = self.rules.with_untracked(|rules| rules.accept.clone());
        let files = files.into_iter();
        if slot == Slot::Photo && of > 1 {
            let all = files.map(|file| Arrival::File(file, accept.clone()));
            return self.put_into_queue(all.collect());
        }
        let most = match slot {
            Slot::Photo => 1,
            Slot::Reference => untrack(|| self.room().max(1)),
        };
        let beyond = if of > most { of } else { 0 };
        let files = files.take(most);
        self.receive(slot, beyond, files.map(|file| Arrival::File(file, accept.clone())).collect());
    }

    /// Takes bytes that the page around gives.
    pub(super) fn take_blob(self, slot: Slot, blob: Blob, name: String) {
        self.receive(slot, 0, vec![Arrival::Blob(blob, name)]);
    }

    /// Takes an address as it was typed, and says whether it is one.
    pub fn take_address(self, slot: Slot, typed: &str) -> bool {
        self.may_take(slot) && self.take_link(slot, typed)
    }

    pub(super) fn take_link(self, slot: Slot, typed: &str) -> bool {
        match Address::read(typed) {
            Ok(address) if slot == Slot::Photo && self.queued.get_untracked() > 0 => {
                self.put_into_queue(vec![Arrival::Photo(Photo::of_address(address))]);
                true
            }
            Ok(address) => {
                self.arrive(slot);
                self.take(slot, Photo::of_address(address));
                true
            }
            Err(error) => {
                self.refuse(self.say(words::no_address(error)).into());
                false
            }
        }
    }

    /// Takes a picture that the page itself holds under an address of its own.
    pub fn take_sample(self, url: String, name: String) {
        if self.may_take(Slot::Photo) {
            self.take_loaded(Slot::Photo, url, name);
        }
    }

    pub(super) fn take_loaded(self, slot: Slot, url: String, name: String) {
        self.receive(slot, 0, vec![Arrival::At(url, name)]);
    }

    /// Makes the shown result the next photo.
    pub fn use_as_photo(self) {
        let photo = self.outcome().and_then(|outcome| outcome.as_photo());
        if let Some(photo) = photo.filter(|_| self.may_take(Slot::Photo)) {
            self.receive(Slot::Photo, 0, vec![Arrival::Photo(photo)]);
        }
    }

    /// Whether a visitor may choose this picture; says so if not.
    fn may_take(self, slot: Slot) -> bool {
        let refused = untrack(|| match slot {
            _ if !self.is_open(slot.name()) => Some(words::LOCKED_PICTURE),
            Slot::Reference if self.takes_several() && self.room() == 0 => {
                Some(words::ENOUGH_REFERENCES)
            }
            _ => None,
        });
        if let Some(why) = refused {
            self.refuse(self.say(why).into());
        }
        refused.is_none()
    }

    /// No picture there any more; one that is on its way is late.
    pub(super) fn drop_picture(self, slot: Slot) {
        self.arrive(slot);
        match slot {
            Slot::Photo => {
                self.photo.set(None);
                self.photo_size.set(None);
                self.show(None);
                self.run.update(|run| run.forget_failure());
            }
            Slot::Reference => self.references.set(Vec::new()),
        }
    }

    /// Takes metadata out of files or leaves them in, from now on and for those that are chosen.
    pub fn set_clean(self, clean: bool) {
        self.intake.update(|intake| intake.clean = clean);
        if let Some(photo) = self.photo.get_untracked().filter(|photo| photo.file().is_some()) {
            self.receive(Slot::Photo, 0, vec![Arrival::Again(photo)]);
        }
        self.read_references_again();
    }

    pub(super) fn read_references_again(self) {
        let turn = self.arrive(Slot::Reference);
        self.with_rest(move |rest| {
            if let Some(rest) = rest {
                self.spawn((rest.read_again)(self, turn));
            }
        });
    }

    /// Takes a reference away.
    pub fn remove_reference(self, at: usize) {
        self.arrive(Slot::Reference);
        self.references.update(|all| {
            if at < all.len() {
                all.remove(at);
            }
        });
    }

    /// Whether several references can stand side by side.
    pub fn takes_several(self) -> bool {
        self.most_references() > 1
    }

    /// How many more references the endpoint takes.
    fn room(self) -> usize {
        self.most_references().saturating_sub(self.references.with(Vec::len))
    }

    /// The references that go to the endpoint: those beyond what it takes stay behind.
    pub(super) fn references_sent(self) -> Vec<Photo> {
        let mut references = self.references.get();
        references.truncate(self.most_references());
        references
    }

    /// How many references the endpoint takes.
    pub fn most_references(self) -> usize {
        self.connection.with(|to| to.dialect().host().references)
    }

    /// Whether a photo is still being read; it is sent as soon as it is there.
    pub(super) fn waits_for_photo(self) -> bool {
        let waits = self.arriving.get_untracked();
        self.arrivals.update_value(|arrivals| arrivals.sends_next = waits);
        if waits {
            self.said.set(self.say(words::READING).into());
        }
        waits
    }

    /// Counts an arrival and gives its number: what set out before it is late from now on.
    fn arrive(self, slot: Slot) -> u32 {
        self.arrivals.update_value(|arrivals| arrivals.count[slot as usize] += 1);
        if slot == Slot::Photo {
            self.arriving.set(false);
        }
        self.arrivals_of(slot)
    }

    fn arrivals_of(self, slot: Slot) -> u32 {
        self.arrivals.get_value().count[slot as usize]
    }

    /// Takes what arrives, unless something newer has taken its place meanwhile. `of` is how many
    /// came at once if that was too many.
    pub(super) fn receive(self, slot: Slot, of: usize, what: Vec<Arrival>) {
        let again = matches!(what.first(), Some(Arrival::Again(_)));
        if slot == Slot::Photo && self.queued.get_untracked() > 0 && !again {
            return self.put_into_queue(what);
        }
        let turn = self.arrive(slot);
        if slot == Slot::Photo {
            self.arriving.set(true);
        }
        let arriving = Arriving { slot, turn, of, what };
        self.spawn(async move {
            match self.rest().await {
                Ok(rest) => (rest.receive)(self, arriving).await,
                Err(Lost) => {
                    self.has_arrived(slot, turn);
                    self.arrivals.update_value(|arrivals| arrivals.sends_next = false);
                }
            }
        });
    }

    /// Several photos, and those that come while there is a queue, wait their turn.
    fn put_into_queue(self, what: Vec<Arrival>) {
        self.with_rest(move |rest| {
            if let Some(rest) = rest {
                self.spawn((rest.enqueue)(self, what));
            }
        });
    }

    /// Whether nothing newer has taken its place meanwhile.
    fn has_arrived(self, slot: Slot, turn: u32) -> bool {
        let newest = turn == self.arrivals_of(slot);
        if newest && slot == Slot::Photo {
            self.arriving.set(false);
        }
        newest || slot == Slot::Reference && untrack(|| self.takes_several())
    }

    pub(super) fn take(self, slot: Slot, photo: Photo) {
        self.notice.set(String::new());
        let change = words::change(self.language, photo.change, photo.format());
        match slot {
            Slot::Photo => {
                self.said.set(words::chosen(self.language, &photo.name, &change));
                // The same picture again makes no `load` event that would tell its size again.
                if photo.size.is_some() || !self.is_photo(&photo) {
                    self.photo_size.set(photo.size);
                }
                self.photo.set(Some(photo));
                self.show(None);
                self.run.update(|run| run.forget_failure());
            }
            Slot::Reference => {
                self.said.set(words::chosen_reference(self.language, &photo.name, &change));
                let most = untrack(|| self.most_references());
                self.references.update(|all| {
                    // The newest takes the last one's place where there is no room.
                    all.truncate(most.saturating_sub(1));
                    all.push(photo);
                });
            }
        }
        self.offer_smaller();
    }

    /// Whether this is the photo that is chosen now.
    pub(super) fn is_photo(self, photo: &Photo) -> bool {
        self.photo.with_untracked(|now| now.as_ref().is_some_and(|now| now.url() == photo.url()))
    }

    /// Says why a picture was not taken.
    pub fn refuse(self, why: String) {
        self.notice.set(why);
    }
}

/// Reads pictures that arrive, and takes them: one after another, as a list is sent in the order in
/// which it was chosen.
pub fn receive(session: Session, arriving: Arriving) -> Task {
    Box::pin(async move {
        let Arriving { slot, turn, of, what } = arriving;
        for one in what {
            let photo = one.photo(session.intake.get_untracked().clean).await;
            if !session.has_arrived(slot, turn) {
                return;
            }
            match photo {
                Ok(photo) => {
                    session.take(slot, photo);
                    if of > 0 {
                        session.said.update(|said| {
                            let of = u32::try_from(of).unwrap_or(u32::MAX);
                            *said = words::first_of(session.language, said, of);
                        });
                    }
                    if slot == Slot::Photo && session.arrivals.get_value().sends_next {
                        let _ = session.send();
                    }
                }
                Err(error) => {
                    session.arrivals.update_value(|arrivals| arrivals.sends_next = false);
                    session.refuse(words::not_taken(session.language, &error));
                }
            }
        }
    })
}

/// Reads all references once more, with their metadata or without.
pub fn read_again(session: Session, turn: u32) -> Task {
    Box::pin(async move {
        let clean = session.intake.get_untracked().clean;
        let mut references = session.references.get_untracked();
        for reference in &mut references {
            if let Ok(again) = reference.again(clean).await {
                *reference = again;
            }
        }
        if turn == session.arrivals_of(Slot::Reference) {
            session.references.set(references);
            session.offer_smaller();
        }
    })
}

async fn fetch(url: &str) -> Option<Blob> {
    let response = JsFuture::from(web_sys::window()?.fetch_with_str(url)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let blob = response.ok().then(|| response.blob())?.ok()?;
    JsFuture::from(blob).await.ok()?.dyn_into().ok()
}
