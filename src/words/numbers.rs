//! Numbers as people read them, in the language of the page around. The browser writes them: it
//! knows every language, and formatting floats costs kilobytes of wasm.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(inline_js = r#"
export function written(language, number, digits) {
  return number.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}"#)]
extern "C" {
    fn written(language: &str, number: f64, digits: u32) -> String;
}

/// The language of one studio's numbers; its words are English. Whatever is shown in a studio finds
/// it in the context that it is shown in, as two studios on a page may have two languages.
#[derive(Clone, Copy)]
pub struct Language(RwSignal<String>);

impl Language {
    pub fn provide() -> Self {
        let language = Self(RwSignal::new("en".to_owned()));
        provide_context(language);
        language
    }

    /// A tag that the browser understands.
    pub fn set(self, tag: String) {
        self.0.set(tag);
    }
}

fn number(number: f64, digits: u32) -> String {
    match use_context::<Language>() {
        Some(Language(tag)) => tag.with(|tag| written(tag, number, digits)),
        None => written("en", number, digits),
    }
}

/// A whole number: `4,032`.
pub fn whole(count: u32) -> String {
    number(count.into(), 0)
}

/// A count of bytes: `84 KB`, `4.8 MB` (powers of ten, as providers count).
#[expect(clippy::cast_precision_loss, reason = "what a browser holds is far below 2^53")]
pub fn bytes(count: u64) -> String {
    let (unit, digits, name) = match count {
        0..1_000 => (1.0, 0, " B"),
        1_000..1_000_000 => (1e3, 0, " KB"),
        _ => (1e6, 1, " MB"),
    };
    number(count as f64 / unit, digits) + name
}

/// A time in milliseconds as seconds: `8.4 s`.
pub fn seconds(milliseconds: u32) -> String {
    number(f64::from(milliseconds) / 1e3, 1) + " s"
}

/// Width and height in pixels: `600 × 400`.
pub fn size((width, height): (u32, u32)) -> String {
    [&whole(width), " × ", &whole(height)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn numbers_read_as_people_say_them() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(84_400), "84 KB");
        assert_eq!(bytes(4_849_999), "4.8 MB");
        assert_eq!(bytes(12_000_000), "12.0 MB");
        assert_eq!((seconds(0), seconds(8_449)), ("0.0 s".into(), "8.4 s".into()));
        assert_eq!(size((600, 400)), "600 × 400");
    }

    #[wasm_bindgen_test]
    fn each_studio_has_its_own_language() {
        let says = |tag: &str| {
            let owner = Owner::new();
            owner.with(|| {
                Language::provide().set(tag.to_owned());
                untrack(|| [bytes(4_849_999), seconds(8_449), size((4032, 3024))].join(" "))
            })
        };
        assert_eq!(says("de"), "4,8 MB 8,4 s 4.032 × 3.024");
        assert_eq!(says("en"), "4.8 MB 8.4 s 4,032 × 3,024");
    }
}
