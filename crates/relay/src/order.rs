//! A request's JSON becomes an order that the engine can carry out.

use crate::failed::Failed;
use backdrop_contract::{Name, Request, TRANSPARENT, Value, bare_base64, is_url};
use backdrop_engine::{Backdrop, Job, Placement};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;

/// What people's tools write differs in the padding only.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One picture to make; the owner of what a [`Job`] borrows.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    photo: Vec<u8>,
    backdrop: Owned,
    seed: u64,
    original_quality: bool,
    force_background_detection: bool,
    fast: bool,
}

/// As [`Backdrop`]; a colour is the engine's to see in the words.
#[derive(Debug, PartialEq, Eq)]
enum Owned {
    Words(String),
    Reference(Vec<u8>),
    Transparent,
}

impl Order {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// 400, with everything that is wrong by name of the parameter.
    pub fn read(body: &[u8]) -> Result<Self, Failed> {
        let request: Request = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
        without_problems(&request)?;
        Ok(Self {
            photo: picture(Name::Image, request.text(Name::Image).unwrap_or_default())?,
            backdrop: backdrop(&request)?,
            seed: request
                .whole(Name::Seed)
                .and_then(|seed| u64::try_from(seed).ok())
                .unwrap_or_default(),
            original_quality: request.is_on(Name::OriginalQuality),
            force_background_detection: request.is_on(Name::ForceBackgroundDetection),
            fast: request.is_on(Name::Fast),
        })
    }

    /// The order in the engine's terms.
    #[must_use]
    pub fn job(&self) -> Job<'_> {
        Job {
            photo: &self.photo,
            backdrop: match &self.backdrop {
                Owned::Words(words) => Backdrop::Words(words),
                Owned::Reference(file) => {
                    Backdrop::Reference { file, placement: Placement::default() }
                }
                Owned::Transparent => Backdrop::Transparent,
            },
            seed: self.seed,
            original_quality: self.original_quality,
            force_background_detection: self.force_background_detection,
            fast: self.fast,
            format: None,
        }
    }

    /// The seed that holds, sent or by default.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

/// A reference wins over a prompt that comes with it: it is the more exact wish.
fn backdrop(request: &Request) -> Result<Owned, Failed> {
    if let Some(first) = request.references().first() {
        return picture(Name::RefImages, first).map(Owned::Reference);
    }
    let prompt = match request.effective(Name::Prompt) {
        Some(Value::Text(prompt)) => prompt,
        _ => String::new(),
    };
    Ok(if prompt.trim().eq_ignore_ascii_case(TRANSPARENT) {
        Owned::Transparent
    } else {
        Owned::Words(prompt)
    })
}

/// A picture's bytes from its base64.
fn picture(name: Name, text: &str) -> Result<Vec<u8>, Failed> {
    let wire = name.wire();
    if is_url(text.trim_start()) {
        return Err(Failed::bad(format!(
            "{wire}: is an address, and this machine fetches none; choose the file itself"
        )));
    }
    let base64 = bare_base64(text.trim_start());
    // Some tools break the lines.
    let base64: Cow<'_, str> = if base64.contains(|c: char| c.is_ascii_whitespace()) {
        base64.split_ascii_whitespace().collect::<String>().into()
    } else {
        base64.into()
    };
    match BASE64.decode(base64.as_bytes()) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(Failed::bad(format!("{wire}: is not base64 text"))),
    }
}

/// Lets pictures pass that can be read, where they are given as files.
///
/// # Errors
/// 400 with the name of the parameter.
pub fn with_pictures(request: &Request) -> Result<(), Failed> {
    let photo = request.text(Name::Image).map(|text| (Name::Image, text));
    let references = request.references().iter().map(|text| (Name::RefImages, text.as_str()));
    for (name, text) in photo.into_iter().chain(references) {
        if !is_url(text.trim_start()) {
            picture(name, text)?;
        }
    }
    Ok(())
}

/// Lets a request pass that the contract has nothing against.
///
/// # Errors
/// 400, with everything that is wrong by name of the parameter.
pub fn without_problems(request: &Request) -> Result<(), Failed> {
    let problems = request.problems();
    if problems.is_empty() {
        return Ok(());
    }
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Err(Failed::bad(texts.join("; ")))
}

/// The reader's words without the line and column, which mean nothing to a person at a form.
#[must_use]
pub fn unreadable(error: &serde_json::Error) -> Failed {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    Failed::bad(match error.classify() {
        // The parameter's name comes first, except where the whole is no object.
        serde_json::error::Category::Data if !text.starts_with("invalid type") => text.to_owned(),
        serde_json::error::Category::Data => format!("the body: {text}"),
        _ => format!("the body is not JSON: {text}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Order, String> {
        Order::read(json.as_bytes()).map_err(|failed| failed.text)
    }

    #[test]
    fn base64_in_every_dress() {
        for text in ["YWI=", "YWI", "data:image/png;base64,YWI=", "Y\\nWI =\\r\\n", " YWJ="] {
            let order = read(&format!(r#"{{"image":"{text}"}}"#)).unwrap();
            assert_eq!(order.photo, b"ab", "{text}");
        }
        for text in ["Y", "YW*=", "data:image/png;base64,", " ", "-_-_", "data:,%41"] {
            assert_eq!(
                read(&format!(r#"{{"image":"{text}"}}"#)).unwrap_err(),
                "image: is not base64 text",
                "{text}"
            );
        }
    }

    #[test]
    fn what_the_subject_is_put_on() {
        let backdrop = |more: &str| read(&format!(r#"{{"image":"YWI="{more}}}"#)).unwrap().backdrop;
        assert_eq!(backdrop(""), Owned::Words("In a parking lot".into()));
        assert_eq!(backdrop(r#","prompt":"sea""#), Owned::Words("sea".into()));
        assert_eq!(backdrop(r#","prompt":" Transparent""#), Owned::Transparent);
        let reference = Owned::Reference(b"ab".into());
        assert_eq!(backdrop(r#","ref_images":"YWI=""#), reference);
        let both = backdrop(r#","prompt":"sea","ref_images":["YWI","YWJj"]"#);
        assert_eq!(both, reference);
    }

    #[test]
    fn switches_and_seed_by_value_or_default() {
        let plain = read(r#"{"image":"YWI="}"#).unwrap();
        assert_eq!((plain.seed, plain.fast), (1234, false));
        assert!(!plain.original_quality && !plain.force_background_detection);
        let set = read(
            r#"{"image":"YWI=","seed":7,"fast":true,"original_quality":true,
                "force_background_detection":true}"#,
        )
        .unwrap();
        assert_eq!((set.seed, set.fast), (7, true));
        assert!(set.original_quality && set.force_background_detection);
    }

    #[test]
    fn words_for_what_cannot_be_read() {
        assert_eq!(
            read(r#"{"seed":"7"}"#).unwrap_err(),
            "seed: invalid type: text, expected a whole number"
        );
        assert!(read("[]").unwrap_err().starts_with("the body: invalid type"));
        assert!(read("{").unwrap_err().starts_with("the body is not JSON: "));
    }
}
