//! A file, a paste or an address becomes a photo.

mod address;
mod base64;
mod intake;
mod object_url;
mod redraw;

pub use address::{Address, AddressError};
use base64::base64;
pub use intake::{IntakeError, images};
pub use object_url::ObjectUrl;
pub use redraw::Bounds;

use backdrop_contract::Format;
use js_sys::Array;
use redraw::Ready;
use std::ops::Deref;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// A photo that can be shown and sent. Cheap to clone: the bytes stay with the browser.
#[derive(Clone, Debug)]
pub struct Photo(Rc<Held>);

/// What is known of a photo.
#[derive(Debug)]
pub struct Held {
    pub source: Source,
    /// The file's name, or the last step of the address.
    pub name: String,
    /// Width and height in pixels, where they are known.
    pub size: Option<(u32, u32)>,
    pub change: Change,
    /// The file as it came.
    original: Option<Blob>,
}

/// The same picture: what is read once more is another.
impl PartialEq for Photo {
    fn eq(&self, other: &Self) -> bool {
        self.url() == other.url()
    }
}

impl Deref for Photo {
    type Target = Held;

    fn deref(&self) -> &Held {
        &self.0
    }
}

/// Where a photo's bytes are.
#[derive(Clone, Debug)]
pub enum Source {
    /// In a file that the browser holds.
    File { blob: Blob, format: Format, url: ObjectUrl },
    /// At an address, which is sent as it is.
    Address(Address),
}

/// What was done to a file so that it can be sent. A person is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Converted from a format that the endpoint does not take.
    pub from: Option<Format>,
    /// Only the first picture of an animation was taken.
    pub first: bool,
    pub upright: bool,
    pub smaller: bool,
    /// Its structure could not be followed; what could be seen was drawn anew.
    pub mended: bool,
}

/// The size of a file in bytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a blob's size is a whole number far below 2^53"
)]
pub fn bytes_in(blob: &Blob) -> u64 {
    blob.size() as u64
}

impl Photo {
    /// A picture that needs no intake: it came back from the endpoint, or was drawn here.
    pub fn made(blob: Blob, format: Format, size: (u32, u32), name: String) -> Self {
        Self::of(Ready { blob, format, size, change: Change::default() }, name, None)
    }

    fn of(ready: Ready, name: String, original: Option<Blob>) -> Self {
        let Ready { blob, format, size, change } = ready;
        let url = ObjectUrl::new(&blob);
        let source = Source::File { blob, format, url };
        Self(Rc::new(Held { source, name, size: Some(size), change, original }))
    }

    /// What an `<img>` shows.
    pub fn url(&self) -> &str {
        match &self.source {
            Source::File { url, .. } => url.as_str(),
            Source::Address(address) => address.as_str(),
        }
    }

    /// Its format, where that is known.
    pub fn format(&self) -> Option<Format> {
        match self.source {
            Source::File { format, .. } => Some(format),
            Source::Address(_) => None,
        }
    }

    /// Its size in bytes, where that is known.
    pub fn bytes(&self) -> Option<u64> {
        match &self.source {
            Source::File { blob, .. } => Some(bytes_in(blob)),
            Source::Address(_) => None,
        }
    }

    /// Whether the file may have transparency of its own.
    pub fn may_be_transparent(&self) -> bool {
        self.format() != Some(Format::Jpeg)
    }

    /// The name without its ending, for naming results after it.
    pub fn stem_of(name: &str) -> &str {
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => name,
        }
    }

    /// What goes on the wire: bare base64 in a blob, or the address as a JavaScript string.
    ///
    /// # Errors
    /// [`IntakeError::Unreadable`] when the file has gone or changed since it was chosen.
    pub async fn wire(&self) -> Result<JsValue, IntakeError> {
        match &self.source {
            Source::File { blob, format, .. } => Ok(base64(blob, *format).await?.into()),
            Source::Address(address) => Ok(JsValue::from_str(address.as_str())),
        }
    }

    /// As [`Photo::wire`], for any number of photos: none, one as it is, or a list.
    ///
    /// # Errors
    /// As [`Photo::wire`].
    pub async fn wire_all(photos: &[Self]) -> Result<Option<JsValue>, IntakeError> {
        let list = Array::new();
        for photo in photos {
            list.push(&photo.wire().await?);
        }
        Ok(match list.length() {
            0 => None,
            1 => Some(list.get(0)),
            _ => Some(list.into()),
        })
    }

    /// The file that it came in, if it came in one.
    pub fn file(&self) -> Option<&Blob> {
        self.original.as_ref()
    }

    /// The same photo from its file once more, if it has one.
    ///
    /// # Errors
    /// As [`Photo::of_file`].
    pub async fn again(&self, clean: bool) -> Result<Self, IntakeError> {
        match &self.original {
            Some(original) => Self::of_blob(original, self.name.clone(), clean).await,
            None => Ok(self.clone()),
        }
    }

    /// A copy within bounds; none where this browser cannot make one.
    pub async fn within(&self, bounds: Bounds) -> Option<Self> {
        let Source::File { blob, .. } = &self.source else {
            return None;
        };
        let mut copy = redraw::drawn(blob, self.may_be_transparent(), bounds).await?;
        copy.change = Change { smaller: true, ..self.change };
        Some(Self::of(copy, self.name.clone(), None))
    }
}
