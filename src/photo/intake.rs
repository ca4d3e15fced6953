//! From a file to a photo, by its first bytes: names and content types lie.

use super::{Address, ObjectUrl, Photo, Source};
use backdrop_contract::Format;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DataTransfer, File};

/// Why a file is no photo.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    #[error("{0} is empty. Choose another file.")]
    Empty(String),
    #[error("{name} is {found}, which the endpoint does not take. Save it as JPEG, PNG or WEBP.")]
    Unsupported { name: String, found: &'static str },
    #[error("The file cannot be read any more. Choose it again.")]
    Unreadable,
    #[error("{0} could not be loaded. Try again.")]
    NotLoaded(String),
}

impl Photo {
    /// Looks at a file's first bytes.
    ///
    /// # Errors
    /// [`IntakeError`] when it is empty, unreadable, or of a format that the endpoint does not take.
    pub async fn of_file(file: &File) -> Result<Self, IntakeError> {
        Self::of_blob(file, file.name()).await
    }

    /// As [`Photo::of_file`], for bytes with a name from elsewhere.
    ///
    /// # Errors
    /// As [`Photo::of_file`].
    pub async fn of_blob(blob: &Blob, name: String) -> Result<Self, IntakeError> {
        let format = match format_of(blob).await? {
            Some(format) if format.is_accepted() => format,
            _ if blob.size() == 0.0 => return Err(IntakeError::Empty(name)),
            found => {
                let found = found.map_or("not a picture", Format::label);
                return Err(IntakeError::Unsupported { name, found });
            }
        };
        let source = Source::File { blob: blob.clone(), format, url: ObjectUrl::new(blob) };
        Ok(Self { source, name })
    }

    /// A photo that stays where it is.
    pub fn of_address(address: Address) -> Self {
        let name = address.name().to_owned();
        Self { source: Source::Address(address), name }
    }
}

/// The format of a file, by its first bytes.
///
/// # Errors
/// [`IntakeError::Unreadable`] when the browser cannot read it.
pub async fn format_of(blob: &Blob) -> Result<Option<Format>, IntakeError> {
    let unreadable = |_: JsValue| IntakeError::Unreadable;
    #[expect(clippy::cast_precision_loss, reason = "a few hundred bytes")]
    let start = blob.slice_with_f64_and_f64(0.0, Format::LOOKS_AT as f64).map_err(unreadable)?;
    let buffer = JsFuture::from(start.array_buffer()).await.map_err(unreadable)?;
    Ok(Format::of(&Uint8Array::new(&buffer).to_vec()))
}

/// The first file of a drop or a paste, and how many there were.
pub fn first_image(transfer: Option<DataTransfer>) -> Option<(File, u32)> {
    let files = transfer?.files()?;
    let list = (0..files.length()).filter_map(|at| files.item(at));
    let mut images = list.filter(|file| file.type_().starts_with("image/"));
    let first = images.next().or_else(|| files.item(0))?;
    Some((first.unchecked_into(), files.length()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use js_sys::Array;
    use wasm_bindgen_test::wasm_bindgen_test;

    async fn take(bytes: &[u8]) -> Result<Photo, IntakeError> {
        let parts = Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence(&parts).unwrap();
        Photo::of_blob(&blob, "cup.jpg".into()).await
    }

    #[wasm_bindgen_test]
    async fn first_bytes_decide_not_the_name() {
        let photo = take(b"\x89PNG\r\n\x1A\n and so on").await.unwrap();
        assert!(matches!(photo.source, Source::File { format: Format::Png, .. }));
        assert!(photo.may_be_transparent() && photo.url().starts_with("blob:"));
        assert_eq!((photo.stem(), photo.bytes()), ("cup", Some(18)));
        assert!(!take(b"\xFF\xD8\xFF\xE0").await.unwrap().may_be_transparent());
    }

    #[wasm_bindgen_test]
    async fn what_is_refused_is_named() {
        let refused = |found| IntakeError::Unsupported { name: "cup.jpg".into(), found };
        assert_eq!(take(b"").await.unwrap_err(), IntakeError::Empty("cup.jpg".into()));
        assert_eq!(take(b"GIF89a").await.unwrap_err(), refused("GIF"));
        assert_eq!(take(b"\0\0\0\x18ftypheic").await.unwrap_err(), refused("HEIC"));
        assert_eq!(take(b"<svg/>").await.unwrap_err(), refused("SVG"));
        assert_eq!(take(b"hello").await.unwrap_err(), refused("not a picture"));
    }
}
