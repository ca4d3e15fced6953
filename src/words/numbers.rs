//! Numbers with their units.

use super::Language;

const BYTES: &str = "{number} B";
const KILOBYTES: &str = "{number} KB";
const MEGABYTES: &str = "{number} MB";
const SECONDS: &str = "{number} s";
const SIZE: &str = "{width} × {height}";

/// A count of bytes: `84 KB`, `4.8 MB` (powers of ten, as providers count).
#[expect(clippy::cast_precision_loss, reason = "what a browser holds is far below 2^53")]
pub fn bytes(language: Language, count: u64) -> String {
    let (unit, digits, template) = match count {
        0..1_000 => (1.0, 0, BYTES),
        1_000..1_000_000 => (1e3, 0, KILOBYTES),
        _ => (1e6, 1, MEGABYTES),
    };
    with_unit(language, template, count as f64 / unit, digits)
}

/// A time in milliseconds as seconds: `8.4 s`.
pub fn seconds(language: Language, milliseconds: u32) -> String {
    with_unit(language, SECONDS, f64::from(milliseconds) / 1e3, 1)
}

/// Width and height in pixels: `600 × 400`.
pub fn size(language: Language, (width, height): (u32, u32)) -> String {
    let pixels = |side: u32| language.number(side.into(), 0);
    language.fill(SIZE, &[("width", &pixels(width)), ("height", &pixels(height))])
}

fn with_unit(language: Language, template: &'static str, number: f64, digits: u32) -> String {
    language.fill(template, &[("number", &language.number(number, digits))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Runs with a language that ends with the test.
    fn says(tag: &str, numbers: fn(Language) -> Vec<String>) -> Vec<String> {
        Owner::new().with(|| {
            let language = Language::new();
            language.set(tag.to_owned());
            numbers(language)
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
        // A language that the studio has no words of.
        let danish = ["999 B", "84 KB", "4,8 MB", "12,0 MB", "0,0 s", "8,4 s", "4.032 × 400"];
        assert_eq!(says("da", numbers), danish);
    }
}
