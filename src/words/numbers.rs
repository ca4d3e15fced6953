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

/// The language of one studio's numbers; its words are English.
#[derive(Clone, Copy)]
pub struct Language(RwSignal<String>);

impl Language {
    pub fn new() -> Self {
        Self(RwSignal::new("en".to_owned()))
    }

    /// A tag that the browser understands.
    pub fn set(self, tag: String) {
        self.0.set(tag);
    }

    fn number(self, number: f64, digits: u32) -> String {
        self.0.with(|tag| written(tag, number, digits))
    }
}

/// A count of bytes: `84 KB`, `4.8 MB` (powers of ten, as providers count).
#[expect(clippy::cast_precision_loss, reason = "what a browser holds is far below 2^53")]
pub fn bytes(language: Language, count: u64) -> String {
    let (unit, digits, name) = match count {
        0..1_000 => (1.0, 0, " B"),
        1_000..1_000_000 => (1e3, 0, " KB"),
        _ => (1e6, 1, " MB"),
    };
    language.number(count as f64 / unit, digits) + name
}

/// A time in milliseconds as seconds: `8.4 s`.
pub fn seconds(language: Language, milliseconds: u32) -> String {
    language.number(f64::from(milliseconds) / 1e3, 1) + " s"
}

/// Width and height in pixels: `600 × 400`.
pub fn size(language: Language, (width, height): (u32, u32)) -> String {
    [&language.number(width.into(), 0), " × ", &language.number(height.into(), 0)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Runs with a language that ends with the test.
    fn says(tag: &str, numbers: fn(Language) -> Vec<String>) -> Vec<String> {
        Owner::new().with(|| {
            let language = Language::new();
            language.set(tag.to_owned());
            untrack(|| numbers(language))
        })
    }

    #[wasm_bindgen_test]
    fn numbers_read_as_people_say_them() {
        let numbers = |to| {
            let counts = [999, 84_400, 4_849_999, 12_000_000].map(|count| bytes(to, count));
            let times = [seconds(to, 0), seconds(to, 8_449), size(to, (4032, 400))];
            counts.into_iter().chain(times).collect()
        };
        let english = ["999 B", "84 KB", "4.8 MB", "12.0 MB", "0.0 s", "8.4 s", "4,032 × 400"];
        assert_eq!(says("en", numbers), english);
        let german = ["999 B", "84 KB", "4,8 MB", "12,0 MB", "0,0 s", "8,4 s", "4.032 × 400"];
        assert_eq!(says("de", numbers), german);
    }
}
