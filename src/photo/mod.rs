//! A file, a paste or an address becomes a photo.

mod address;
mod base64;
mod intake;
mod object_url;

pub use address::Address;
pub use base64::base64;
pub use intake::{IntakeError, first_image, format_of};
pub use object_url::ObjectUrl;

use backdrop_contract::Format;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// A photo that can be shown and sent. Cheap to clone: the bytes stay with the browser.
#[derive(Clone, Debug)]
pub struct Photo {
    pub source: Source,
    /// The file's name, or the last step of the address.
    pub name: String,
}

/// Where a photo's bytes are.
#[derive(Clone, Debug)]
pub enum Source {
    /// In a file that the browser holds.
    File { blob: Blob, format: Format, url: ObjectUrl },
    /// At an address, which is sent as it is.
    Address(Address),
}

impl Photo {
    /// What an `<img>` shows.
    pub fn url(&self) -> &str {
        match &self.source {
            Source::File { url, .. } => url.as_str(),
            Source::Address(address) => address.as_str(),
        }
    }

    /// Its size in bytes, where that is known.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a blob's size is a whole number far below 2^53"
    )]
    pub fn bytes(&self) -> Option<u64> {
        match &self.source {
            Source::File { blob, .. } => Some(blob.size() as u64),
            Source::Address(_) => None,
        }
    }

    /// Whether the file may have transparency of its own.
    pub fn may_be_transparent(&self) -> bool {
        !matches!(self.source, Source::File { format: Format::Jpeg, .. })
    }

    /// The name without its ending, for naming results after it.
    pub fn stem(&self) -> &str {
        match self.name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => &self.name,
        }
    }

    /// What goes on the wire: bare base64 as a JavaScript string that never enters wasm memory, or
    /// the address.
    ///
    /// # Errors
    /// [`IntakeError::Unreadable`] when the file has gone or changed since it was chosen.
    pub async fn wire(&self) -> Result<JsValue, IntakeError> {
        match &self.source {
            Source::File { blob, .. } => base64(blob).await,
            Source::Address(address) => Ok(JsValue::from_str(address.as_str())),
        }
    }
}
