//! The language of one studio: its words, and its numbers as people write them there. The browser
//! writes numbers and knows plurals: it knows every language, and formatting costs kilobytes of wasm.

use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen(module = "/src/words/languages.js")]
extern "C" {
    /// Gives the tag of what a studio speaks, and its place that and the direction.
    fn speak(host: &HtmlElement, place: &HtmlElement) -> String;
    /// As [`speak`], once a person has chosen.
    fn choose(app: &HtmlElement, code: &str) -> String;
    /// What the studio speaks for a language tag: one of its languages.
    fn nearest(tag: &str) -> String;
    /// Loads a language; whether it came shows [`known`].
    async fn load(code: &str);
    /// A language that is loaded: lines of English and translation in turn, sorted by the English.
    fn known(code: &str) -> Option<String>;
    fn written(tag: &str, number: f64, digits: u32) -> String;
    /// The plural's name: `one`, `two`, `few`, `many`, `other`.
    fn plural(code: &str, count: f64) -> String;
}

/// English, in which every text is written.
const ENGLISH: &str = "en";

/// A text that depends on a count, which stands in it as `{count}`.
pub struct Plural {
    /// In English for one; other languages have their own.
    pub one: &'static str,
    pub other: &'static str,
}

/// A language's texts by the English ones, sorted.
#[derive(PartialEq, Eq)]
struct Words {
    code: &'static str,
    texts: Vec<(&'static str, &'static str)>,
}

static IN_ENGLISH: Words = Words { code: ENGLISH, texts: Vec::new() };

impl Words {
    /// What is loaded of a language; English where nothing is.
    fn of(code: &str) -> &'static Self {
        thread_local! {
            // They live as long as the page, each once.
            static ALL: RefCell<Vec<&'static Words>> = const { RefCell::new(Vec::new()) };
        }
        let here = ALL.with_borrow(|all| all.iter().find(|words| words.code == code).copied());
        here.unwrap_or_else(|| match known(code) {
            Some(text) => {
                let words = Self::read(code, text);
                ALL.with_borrow_mut(|all| all.push(words));
                words
            }
            None => &IN_ENGLISH,
        })
    }

    fn read(code: &str, text: String) -> &'static Self {
        let mut texts = Vec::new();
        let mut lines = text.leak().split('\n');
        while let (Some(english), Some(text)) = (lines.next(), lines.next()) {
            texts.push((english, text));
        }
        Box::leak(Box::new(Self { code: code.to_owned().leak(), texts }))
    }

    fn find(&self, english: &str) -> Option<&'static str> {
        let at = self.texts.binary_search_by(|(key, _)| (*key).cmp(english)).ok()?;
        self.texts.get(at).map(|(_, text)| *text)
    }
}

/// The language of one studio. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Language(RwSignal<(String, &'static Words)>);

impl Language {
    pub fn new() -> Self {
        Self(RwSignal::new((ENGLISH.to_owned(), &IN_ENGLISH)))
    }

    /// Speaks what the page around or the visitor says.
    pub fn follow(self, host: &HtmlElement, place: &HtmlElement) {
        self.set(speak(host, place));
    }

    /// Speaks what a person chose, now and the next time; `app` is in the studio's place.
    pub fn choose(self, app: &HtmlElement, code: &str) {
        self.set(choose(app, code));
    }

    /// Speaks the language of a tag that the browser understands, once its words are loaded: English
    /// where there are none. Numbers follow the tag.
    pub fn set(self, tag: String) {
        let code = nearest(&tag);
        let words = Words::of(&code);
        if words.code == code {
            return self.take(tag, words);
        }
        spawn_local(async move {
            load(&code).await;
            self.take(tag, Words::of(&code));
        });
    }

    fn take(self, tag: String, words: &'static Words) {
        let now = (tag, words);
        // The studio may be gone by now.
        if self.0.try_with_untracked(|before| *before != now) == Some(true) {
            self.0.set(now);
        }
    }

    /// Follows the language: what tracks it is drawn anew when it changes.
    pub fn track(self) {
        self.0.track();
    }

    /// The language that is spoken, as an attribute `lang` says it.
    pub fn code(self) -> &'static str {
        self.words().code
    }

    fn words(self) -> &'static Words {
        self.0.try_with_untracked(|(_, words)| *words).unwrap_or(&IN_ENGLISH)
    }

    /// One of the constants of `words` in this language.
    pub fn say(self, english: &'static str) -> &'static str {
        self.words().find(english).unwrap_or(english)
    }

    /// A sentence with names or numbers in it: what stands in braces is a name in `holes`.
    pub fn fill(self, english: &'static str, holes: &[(&str, &str)]) -> String {
        fill(self.say(english), holes)
    }

    /// A sentence with a count in it, and other names or numbers.
    pub fn count(self, english: &Plural, count: u32, holes: &[(&str, &str)]) -> String {
        let words = self.words();
        let plural = plural(words.code, count.into());
        let own = words.find(&[english.other, "#", &plural].concat());
        let otherwise = if plural == "one" { english.one } else { english.other };
        let number = self.number(count.into(), 0);
        let mut all = vec![("count", &*number)];
        all.extend(holes);
        fill(own.unwrap_or(otherwise), &all)
    }

    /// A number with so many digits after the point.
    pub fn number(self, number: f64, digits: u32) -> String {
        let written = self.0.try_with_untracked(|(tag, _)| written(tag, number, digits));
        written.unwrap_or_default()
    }
}

/// A template with its holes filled.
fn fill(template: &str, holes: &[(&str, &str)]) -> String {
    let mut text = String::new();
    // Every other piece stands in braces.
    for (at, piece) in template.split(['{', '}']).enumerate() {
        let hole = holes.iter().find(|(name, _)| at % 2 == 1 && *name == piece);
        text.push_str(hole.map_or(piece, |(_, value)| value));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_text_is_found_by_its_english() {
        let words = Words::read("de", "Colour\nFarbe\nPhoto\nFoto\nSeed\nStartwert".into());
        assert_eq!(words.find("Photo"), Some("Foto"));
        assert_eq!((words.find("Phot"), words.find("Zebra")), (None, None));
    }

    #[wasm_bindgen_test]
    fn holes_are_filled_in_any_order() {
        let holes = [("name", "a {b}.jpg"), ("time", "8.4 s")];
        assert_eq!(fill("{time}: {name}, {time}", &holes), "8.4 s: a {b}.jpg, 8.4 s");
        assert_eq!(fill("name {none}", &holes), "name none");
    }

    #[wasm_bindgen_test]
    fn counts_have_their_plurals() {
        Owner::new().with(|| {
            let files = Plural { one: "{count} file", other: "{count} files" };
            let french = Words::read(
                "fr",
                "{count} files#one\n{count} fichier\n{count} files#other\n{count} fichiers".into(),
            );
            for (tag, words, says) in [
                ("en", &IN_ENGLISH, ["0 files", "1 file", "2 files"]),
                ("fr", french, ["0 fichier", "1 fichier", "2 fichiers"]),
            ] {
                let language = Language(RwSignal::new((tag.to_owned(), words)));
                assert_eq!([0, 1, 2].map(|count| language.count(&files, count, &[])), says);
            }
        });
    }
}
