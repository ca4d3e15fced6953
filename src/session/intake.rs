//! A photo or a reference arrives.

use super::Session;
use crate::photo::{Address, Photo};
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

impl Session {
    /// Takes a file. One that cannot be used leaves everything as it was and says why.
    pub fn take_file(self, slot: Slot, file: File) {
        self.spawn(async move {
            match Photo::of_file(&file).await {
                Ok(photo) => self.take(slot, photo),
                Err(error) => self.refuse(error.to_string()),
            }
        });
    }

    /// Takes an address as it was typed.
    pub fn take_address(self, slot: Slot, typed: &str) -> bool {
        match Address::read(typed) {
            Ok(address) => self.take(slot, Photo::of_address(address)),
            Err(error) => self.refuse(error.to_string()),
        }
        self.notice.with_untracked(String::is_empty)
    }

    /// Takes a picture that the page itself holds under an address of its own.
    pub fn take_sample(self, url: String, name: String) {
        self.spawn(async move {
            let Some(blob) = fetch(&url).await else {
                return self.refuse(format!("{name} could not be loaded. Try again."));
            };
            match Photo::of_blob(&blob, name).await {
                Ok(photo) => self.take(Slot::Photo, photo),
                Err(error) => self.refuse(error.to_string()),
            }
        });
    }

    /// Makes the shown result the next photo.
    pub fn use_as_photo(self) {
        let shown = self.outcome();
        if let Some(outcome) = shown {
            let photo = outcome.as_photo();
            self.take(Slot::Photo, photo);
        }
    }

    fn take(self, slot: Slot, photo: Photo) {
        self.notice.set(String::new());
        match slot {
            Slot::Photo => {
                self.said.set(format!("Photo chosen: {}", photo.name));
                self.photo_size.set(None);
                self.photo.set(Some(photo));
                self.shown.set(None);
                self.run.update(|run| run.forget_failure());
            }
            Slot::Reference => {
                self.said.set(format!("Reference chosen: {}", photo.name));
                self.reference.set(Some(photo));
            }
        }
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
