//! From a file to a photo, by its first bytes: names and content types lie.

use super::redraw::{Bounds, Ready, decoded, drawn};
use super::{Address, Change, Held, Photo, Source};
use backdrop_contract::{File as Headers, Format, Part, Survey};
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, FileList};

/// The most pixels that are decoded at all: four bytes each are held while one is looked at.
const MOST_PIXELS: u64 = 200_000_000;

/// Why a file is no photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntakeError {
    Empty(String),
    NoPicture(String),
    Refused { name: String, found: &'static str },
    NotAccepted { name: String, found: &'static str, accept: String },
    Undecodable { name: String, found: &'static str },
    Damaged { name: String, found: &'static str },
    Vast { name: String, megapixels: u64 },
    Unreadable,
    NotLoaded(String),
}

impl Photo {
    /// Makes a file ready to be sent. With `clean` its metadata go and it is turned upright; else a
    /// format that the endpoint takes stays as it is.
    ///
    /// # Errors
    /// [`IntakeError`] when it is empty, unreadable, damaged, or nothing that can be sent.
    pub async fn of_file(file: &File, clean: bool) -> Result<Self, IntakeError> {
        Self::of_blob(file, file.name(), clean).await
    }

    /// The photo, if its file is one that the page around accepts, as an `<input accept>` says it.
    ///
    /// # Errors
    /// [`IntakeError::NotAccepted`].
    pub fn if_in(self, accept: &str) -> Result<Self, IntakeError> {
        match self.change.from.or(self.format()) {
            Some(format) if !accepts(accept, &self.name, format.mime(), format.extension()) => {
                let name = self.name.clone();
                let accept = accept.to_owned();
                Err(IntakeError::NotAccepted { name, found: format.label(), accept })
            }
            _ => Ok(self),
        }
    }

    /// As [`Photo::of_file`], for bytes with a name from elsewhere.
    ///
    /// # Errors
    /// As [`Photo::of_file`].
    pub async fn of_blob(blob: &Blob, name: String, clean: bool) -> Result<Self, IntakeError> {
        let format = match format_of(blob).await? {
            Some(format) => format,
            None if blob.size() == 0.0 => return Err(IntakeError::Empty(name)),
            None => return Err(IntakeError::NoPicture(name)),
        };
        let found = format.label();
        if matches!(format, Format::Svg | Format::Pdf | Format::Psd) {
            return Err(IntakeError::Refused { name, found });
        }
        let survey = survey(blob, format).await;
        let (width, height) = survey.as_ref().map_or((0, 0), |survey| survey.size);
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MOST_PIXELS {
            let megapixels = pixels.div_ceil(1_000_000);
            return Err(IntakeError::Vast { name, megapixels });
        }
        let ready = match survey {
            _ if format.is_accepted() && !clean => as_it_is(blob.clone(), format).await,
            Some(survey) if is_upright(&survey, format) => cleaned(blob, format, &survey).await,
            survey => redrawn(blob, format, survey).await,
        };
        match ready {
            Some(ready) => Ok(Self::of(ready, name, Some(blob.clone()))),
            None if format.is_accepted() => Err(IntakeError::Damaged { name, found }),
            None => Err(IntakeError::Undecodable { name, found }),
        }
    }

    /// A photo that stays where it is.
    pub fn of_address(address: Address) -> Self {
        let name = address.name().to_owned();
        let source = Source::Address(address);
        let change = Change::default();
        Self(Rc::new(Held { source, name, size: None, change, original: None }))
    }
}

async fn as_it_is(blob: Blob, format: Format) -> Option<Ready> {
    let size = decoded(&blob).await?;
    Some(Ready { blob, format, size, change: Change::default() })
}

/// Whether it needs no more than its metadata taken out.
fn is_upright(survey: &Survey, format: Format) -> bool {
    // The pictures of a moving PNG, but for the first, go with its metadata.
    survey.orientation == 1 && !(survey.moves && format == Format::Webp)
}

/// The file without its metadata: its parts, which are not copied.
async fn cleaned(blob: &Blob, format: Format, survey: &Survey) -> Option<Ready> {
    let parts = Array::new();
    for part in &survey.kept {
        let part: JsValue = match part {
            #[expect(clippy::cast_precision_loss, reason = "a file's length is below 2^53")]
            Part::Range(from, to) => {
                blob.slice_with_f64_and_f64(*from as f64, *to as f64).ok()?.into()
            }
            Part::New(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        };
        parts.push(&part);
    }
    let options = BlobPropertyBag::new();
    options.set_type(format.mime());
    let blob = Blob::new_with_blob_sequence_and_options(&parts, &options).ok()?;
    let mut ready = as_it_is(blob, format).await?;
    ready.change.first = survey.moves;
    Some(ready)
}

/// The picture as it is seen, in a format that the endpoint takes.
async fn redrawn(blob: &Blob, format: Format, survey: Option<Survey>) -> Option<Ready> {
    let clear = !matches!(format, Format::Jpeg | Format::Bmp | Format::Heic);
    let mut ready = drawn(blob, clear, Bounds::NONE).await?;
    let accepted = format.is_accepted();
    ready.change = Change {
        from: (!accepted).then_some(format),
        first: format == Format::Gif || survey.as_ref().is_some_and(|survey| survey.moves),
        upright: survey.as_ref().is_some_and(|survey| survey.orientation != 1),
        mended: accepted && survey.is_none(),
        ..ready.change
    };
    Some(ready)
}

/// Reads the headers; the file itself stays on the JavaScript side.
async fn survey(blob: &Blob, format: Format) -> Option<Survey> {
    let file = read(blob).await.ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "no array is as long as 2^32")]
    let bytes = |from, to| Some(file.subarray(from as u32, to as u32).to_vec());
    Survey::of(format, Headers::new(file.length().into(), &bytes))
}

async fn read(blob: &Blob) -> Result<Uint8Array, IntakeError> {
    let buffer = JsFuture::from(blob.array_buffer()).await;
    buffer.map(|buffer| Uint8Array::new(&buffer)).map_err(|_| IntakeError::Unreadable)
}

/// The format of a file, by its first bytes.
///
/// # Errors
/// [`IntakeError::Unreadable`] when the browser cannot read it.
pub async fn format_of(blob: &Blob) -> Result<Option<Format>, IntakeError> {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred bytes")]
    let first = blob.slice_with_f64_and_f64(0.0, Format::LOOKS_AT as f64);
    let first = read(&first.map_err(|_| IntakeError::Unreadable)?).await?;
    Ok(Format::of(&first.to_vec()))
}

// As a file dialog holds names against endings; types are held against what the file is.
#[wasm_bindgen(inline_js = r#"
export function accepts(accept, name, type, end) {
  const all = accept.toLowerCase().split(",").map((one) => one.trim());
  const [, sort] = type.split("/");
  return all.some((one) => ["", type, "image/*", "*/*", "." + sort, "." + end].includes(one)
    || (one[0] == "." && name.toLowerCase().endsWith(one)));
}"#)]
extern "C" {
    fn accepts(accept: &str, name: &str, kind: &str, end: &str) -> bool;
}

/// The files of a drop, a paste or a choice: those that say they are pictures, else all.
pub fn images(files: Option<FileList>) -> Vec<File> {
    let (mut images, mut all) = (Vec::new(), Vec::new());
    if let Some(files) = files {
        for file in (0..files.length()).filter_map(|at| files.item(at)) {
            let list = if file.type_().starts_with("image/") { &mut images } else { &mut all };
            list.push(file);
        }
    }
    if images.is_empty() { all } else { images }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    async fn take(bytes: &[u8]) -> Result<Photo, IntakeError> {
        let parts = Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence(&parts).unwrap();
        Photo::of_blob(&blob, "cup.jpg".into(), true).await
    }

    /// A PNG of one white pixel.
    const PNG: &[u8] = &[
        137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0,
        0, 0, 0, 58, 126, 155, 85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 248, 15, 0, 1, 1, 1,
        0, 177, 56, 246, 20, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
    ];

    #[wasm_bindgen_test]
    async fn first_bytes_decide_not_the_name() {
        let photo = take(PNG).await.unwrap();
        assert_eq!((photo.format(), photo.size), (Some(Format::Png), Some((1, 1))));
        assert!(photo.may_be_transparent() && photo.url().starts_with("blob:"));
        assert_eq!((Photo::stem_of(&photo.name), photo.bytes()), ("cup", Some(PNG.len() as u64)));
        assert_eq!(photo.change, Change::default());
    }

    #[wasm_bindgen_test]
    fn a_file_is_accepted_by_its_bytes_or_its_ending() {
        for (accept, name, format, is) in [
            ("image/png", "cup.png", Format::Png, true),
            ("image/png", "cup.png", Format::Jpeg, false),
            ("image/webp, IMAGE/PNG", "cup", Format::Png, true),
            (".jpg,.png", "cup", Format::Jpeg, true),
            (".jpeg", "cup.JPEG", Format::Jpeg, true),
            (".png", "cup.jpg", Format::Jpeg, false),
            ("image/*", "cup", Format::Avif, true),
            ("image", "g", Format::Png, false),
            (" ", "g", Format::Png, true),
        ] {
            let found = accepts(accept, name, format.mime(), format.extension());
            assert_eq!(found, is, "{accept} {name} {format:?}");
        }
    }

    #[wasm_bindgen_test]
    async fn what_is_refused_is_named() {
        let name = || "cup.jpg".to_owned();
        assert_eq!(take(b"").await.unwrap_err(), IntakeError::Empty(name()));
        assert_eq!(take(b"hello").await.unwrap_err(), IntakeError::NoPicture(name()));
        let refused = IntakeError::Refused { name: name(), found: "SVG" };
        assert_eq!(take(b"<svg/>").await.unwrap_err(), refused);
        let unknown = IntakeError::Undecodable { name: name(), found: "HEIC" };
        assert_eq!(take(b"\0\0\0\x18ftypheic").await.unwrap_err(), unknown);
        let damaged = IntakeError::Damaged { name: name(), found: "PNG" };
        assert_eq!(take(&PNG[..20]).await.unwrap_err(), damaged);
    }
}
