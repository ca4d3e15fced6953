//! A photo or a reference arrives.

use super::Session;
use crate::photo::{Address, IntakeError, Photo};
use crate::words;
use backdrop_contract::Name;
use gloo_net::http::Request;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

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

impl Session {
    /// Takes a file, the first of `of`. One that cannot be used leaves everything as it was and says
    /// why.
    pub fn take_file(self, slot: Slot, file: File, of: u32) {
        self.receive(slot, of, async move { Photo::of_file(&file).await });
    }

    /// Takes an address as it was typed, and says whether it is one.
    pub fn take_address(self, slot: Slot, typed: &str) -> bool {
        match Address::read(typed) {
            Ok(address) => {
                self.arrive(slot);
                self.take(slot, Photo::of_address(address));
                true
            }
            Err(error) => {
                self.refuse(error.to_string());
                false
            }
        }
    }

    /// Takes a picture that the page itself holds under an address of its own.
    pub fn take_sample(self, url: String, name: String) {
        self.receive(Slot::Photo, 1, async move {
            let blob = fetch(&url).await.ok_or_else(|| IntakeError::NotLoaded(name.clone()))?;
            Photo::of_blob(&blob, name).await
        });
    }

    /// Makes the shown result the next photo.
    pub fn use_as_photo(self) {
        if let Some(outcome) = self.outcome() {
            self.receive(Slot::Photo, 1, async move { Ok(outcome.as_photo()) });
        }
    }

    /// Counts an arrival and gives its number: what set out before it is late from now on.
    fn arrive(self, slot: Slot) -> u32 {
        self.arrivals.update_value(|arrivals| arrivals[slot as usize] += 1);
        self.arrivals_of(slot)
    }

    fn arrivals_of(self, slot: Slot) -> u32 {
        self.arrivals.with_value(|arrivals| arrivals[slot as usize])
    }

    /// Takes what arrives, unless something newer has arrived meanwhile.
    fn receive(
        self,
        slot: Slot,
        of: u32,
        photo: impl Future<Output = Result<Photo, IntakeError>> + 'static,
    ) {
        let turn = self.arrive(slot);
        self.spawn(async move {
            let photo = photo.await;
            if turn != self.arrivals_of(slot) {
                return;
            }
            match photo {
                Ok(photo) => {
                    self.take(slot, photo);
                    if of > 1 {
                        self.said.update(|said| *said = words::first_of(said, of));
                    }
                }
                Err(error) => self.refuse(error.to_string()),
            }
        });
    }

    fn take(self, slot: Slot, photo: Photo) {
        self.notice.set(String::new());
        match slot {
            Slot::Photo => {
                self.said.set(words::chosen(&photo.name));
                // The same picture again makes no `load` event that would tell its size again.
                if !self.is_photo(&photo) {
                    self.photo_size.set(None);
                }
                self.photo.set(Some(photo));
                self.shown.set(None);
                self.run.update(|run| run.forget_failure());
            }
            Slot::Reference => {
                self.said.set(words::chosen_reference(&photo.name));
                self.reference.set(Some(photo));
            }
        }
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

async fn fetch(url: &str) -> Option<Blob> {
    let response = Request::get(url).send().await.ok().filter(|response| response.ok())?;
    let raw: web_sys::Response = response.into();
    JsFuture::from(raw.blob().ok()?).await.ok()?.dyn_into().ok()
}
