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
    fn moment(tag: &str, at: f64) -> String;
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
struct Words {
    code: &'static str,
    texts: Vec<(&'static str, &'static str)>,
}

thread_local! {
    /// What is loaded. They live as long as the page, each once; English has no texts.
    static ALL: RefCell<Vec<&'static Words>> =
        const { RefCell::new(Vec::new()) };
}

static IN_ENGLISH: Words = Words { code: ENGLISH, texts: Vec::new() };

impl Words {
    /// The number of a language from 1 on, once it is loaded; else 0, which is English.
    fn number_of(code: &str) -> u32 {
        ALL.with_borrow_mut(|all| {
            let at = all.iter().position(|words| words.code == code).or_else(|| {
                all.push(Self::read(code, known(code)?));
                Some(all.len() - 1)
            });
            at.map_or(0, |at| u32::try_from(at + 1).unwrap_or_default())
        })
    }

    fn of(number: u32) -> &'static Self {
        let at = (number as usize).checked_sub(1);
        ALL.with_borrow(|all| at.and_then(|at| all.get(at).copied())).unwrap_or(&IN_ENGLISH)
    }

    fn read(code: &str, text: String) -> &'static Self {
        let mut texts = Vec::new();
        let mut rest: &'static str = text.leak();
        while let (Some(english), Some(text)) = (line(&mut rest), line(&mut rest)) {
            texts.push((english, text));
        }
        Box::leak(Box::new(Self { code: code.to_owned().leak(), texts }))
    }

    fn find(&self, english: &str) -> Option<&'static str> {
        let at = self.texts.binary_search_by(|(key, _)| (*key).cmp(english)).ok()?;
        self.texts.get(at).map(|(_, text)| *text)
    }
}

/// Takes a line away, with its end.
fn line(text: &mut &'static str) -> Option<&'static str> {
    let (line, rest) = cut(text, b'\n')?;
    *text = rest;
    Some(line)
}

/// What stands before and after a sign. The library's own search costs a kilobyte.
fn cut(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The language of one studio. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Language {
    tag: RwSignal<String>,
    /// The number of its words.
    words: RwSignal<u32>,
}

impl Language {
    pub fn new() -> Self {
        Self { tag: RwSignal::new(ENGLISH.to_owned()), words: RwSignal::new(0) }
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
        let number = Words::number_of(&code);
        if number > 0 || code == ENGLISH {
            return self.take(tag, number);
        }
        spawn_local(async move {
            load(&code).await;
            self.take(tag, Words::number_of(&code));
        });
    }

    fn take(self, tag: String, words: u32) {
        // The studio may be gone by now. What follows the tag finds the words there.
        self.words.try_set(words);
        if self.tag.try_with_untracked(|now| *now != tag) == Some(true) {
            self.tag.set(tag);
        }
    }

    /// Follows the language: what tracks it is drawn anew when it changes.
    pub fn track(self) {
        // Not `track`, which is used nowhere else: it costs half a kilobyte.
        let _ = self.tag.get();
    }

    /// The language that is spoken, as an attribute `lang` says it.
    pub fn code(self) -> &'static str {
        self.words().code
    }

    fn words(self) -> &'static Words {
        Words::of(self.words.try_get_untracked().unwrap_or_default())
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

    /// A day and a time, in milliseconds since 1970.
    pub fn moment(self, at: f64) -> String {
        self.tag.try_with_untracked(|tag| moment(tag, at)).unwrap_or_default()
    }

    /// A number with so many digits after the point.
    pub fn number(self, number: f64, digits: u32) -> String {
        let written = self.tag.try_with_untracked(|tag| written(tag, number, digits));
        written.unwrap_or_default()
    }
}

/// A template with its holes filled.
fn fill(template: &str, holes: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = cut(rest, b'{')
        && let Some((name, after)) = cut(after, b'}')
    {
        text.push_str(before);
        let hole = holes.iter().find(|(hole, _)| *hole == name);
        text.push_str(hole.map_or(name, |(_, value)| value));
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_text_is_found_by_its_english() {
        let words = Words::read("de", "Colour\nFarbe\nPhoto\nFoto\nSeed\nStartwert\n".into());
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
            let french =
                "{count} files#one\n{count} fichier\n{count} files#other\n{count} fichiers\n";
            let french = Words::read("fr", french.into());
            ALL.with_borrow_mut(|all| all.push(french));
            for (tag, number, says) in [
                ("en", 0, ["0 files", "1 file", "2 files"]),
                ("fr", Words::number_of("fr"), ["0 fichier", "1 fichier", "2 fichiers"]),
            ] {
                let language = Language::new();
                language.take(tag.to_owned(), number);
                assert_eq!([0, 1, 2].map(|count| language.count(&files, count, &[])), says);
            }
            // Other tests speak it, too.
            ALL.with_borrow_mut(|all| all.pop());
        });
    }
}
