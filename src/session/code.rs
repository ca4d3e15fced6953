//! The form as code that makes the same request.

use super::Session;
use crate::photo::{Photo, Source};
use backdrop_contract::{Call, Format, Language, Name, Picture, snippet};
use leptos::prelude::*;

impl Session {
    /// The request as the form stands, in a language. The photo is read from a file of its name; where
    /// there is none yet, of a name that says so.
    pub fn code(self, language: Language) -> String {
        let request = self.request();
        let photo = self.photo.get();
        let references = self.references.get();
        let connection = self.connection.get();
        // This device has no address: the code asks the provider.
        let address = match connection.is_device() {
            true => connection.dialect().address(),
            false => connection.url().map(|url| url.href()).unwrap_or_default(),
        };
        let references: Vec<_> = match (self.background.get().takes(Name::RefImages), &*references)
        {
            (false, _) => Vec::new(),
            (true, []) => vec![picture(None, "reference.jpg")],
            (true, all) => all.iter().map(|one| picture(Some(one), "")).collect(),
        };
        let call = Call {
            dialect: connection.dialect(),
            address: &address,
            with_key: connection.key().is_some() || connection.is_device(),
            request: &request,
            image: picture(photo.as_ref(), "photo.jpg"),
            references: &references,
        };
        snippet(&call, language)
    }
}

fn picture<'a>(photo: Option<&'a Photo>, otherwise: &'a str) -> Picture<'a> {
    match photo {
        None => Picture::File(otherwise, Format::Jpeg),
        Some(photo) => match &photo.source {
            Source::File { format, .. } => Picture::File(&photo.name, *format),
            Source::Address(address) => Picture::Url(address.as_str()),
        },
    }
}
