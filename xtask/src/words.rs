//! The studio's languages: each file of `src/words/languages/` becomes one that the page loads.
//!
//! A source is JSON: the English text, and its translation; of a text with a count, the translation
//! for each plural that the language has. What the page loads is lines: English and translation in
//! turn, sorted by the English, so that a text is found without reading them all.

use crate::place::Place;
use crate::tag::{Made, write};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Besides English, which needs no file.
pub const CODES: [&str; 7] = ["ar", "de", "es", "fr", "ja", "pt", "zh"];

const FOLDER: &str = "src/words/languages";

/// Puts each language into a folder, under a name by its content.
pub fn build(place: &Place, folder: &Path) -> Result<Vec<Made>> {
    let made = CODES.map(|code| {
        let text = lines(&read(&place.root, code)?);
        write(folder, &start(code), ".txt", text.as_bytes())
    });
    made.into_iter().collect()
}

/// What the name of a language's file begins with.
pub fn start(code: &str) -> String {
    format!("backdrop-words-{code}")
}

/// A language's texts by the English ones; those with a count by that, `#` and the plural.
fn read(root: &Path, code: &str) -> Result<BTreeMap<String, String>> {
    let file = root.join(FOLDER).join(code).with_extension("json");
    let text = fs::read_to_string(&file).with_context(|| format!("no {}", file.display()))?;
    let mut texts = BTreeMap::new();
    for (english, value) in serde_json::from_str::<BTreeMap<String, Value>>(&text)? {
        match value {
            Value::String(text) => {
                texts.insert(english, text);
            }
            Value::Object(plurals) => {
                for (plural, text) in plurals {
                    let text = text.as_str().context("a plural is a text")?;
                    texts.insert(format!("{english}#{plural}"), text.to_owned());
                }
            }
            _ => bail!("{code}: {english}: neither a text nor plurals"),
        }
    }
    Ok(texts)
}

fn lines(texts: &BTreeMap<String, String>) -> String {
    texts.iter().map(|(english, text)| format!("{english}\n{text}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::{TokenStream, TokenTree};
    use std::collections::BTreeSet;
    use syn::{Lit, LitStr};

    /// The plurals of each language, as the browser's `Intl.PluralRules` names them.
    const PLURALS: [(&str, &[&str]); 7] = [
        ("ar", &["few", "many", "one", "other", "two", "zero"]),
        ("de", &["one", "other"]),
        ("es", &["many", "one", "other"]),
        ("fr", &["many", "one", "other"]),
        ("ja", &["other"]),
        ("pt", &["many", "one", "other"]),
        ("zh", &["other"]),
    ];

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    /// What the studio says: each string in `src/words/` but for `plain.rs`, tests and the names of
    /// holes. With each, whether it has plurals.
    fn said() -> BTreeMap<String, bool> {
        let mut said = BTreeMap::new();
        for entry in fs::read_dir(root().join("src/words")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension() != Some("rs".as_ref()) || path.ends_with("plain.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            collect(code.parse().unwrap(), &mut said);
        }
        said
    }

    fn collect(code: TokenStream, said: &mut BTreeMap<String, bool>) {
        let mut before = [String::new(), String::new()];
        let mut tokens = code.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match &token {
                // An attribute: what documentation says, the studio does not.
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    if let Some(TokenTree::Punct(_)) = tokens.peek() {
                        tokens.next();
                    }
                    tokens.next();
                    continue;
                }
                TokenTree::Group(group) => collect(group.stream(), said),
                TokenTree::Literal(literal) => {
                    let field = before[0].as_str();
                    if let Lit::Str(text) = Lit::new(literal.clone())
                        && is_text(&text)
                        && before[1] != "extern"
                        && !(field == "one" && before[1] == ":")
                    {
                        said.insert(text.value(), field == "other" && before[1] == ":");
                    }
                }
                _ => {}
            }
            before = [std::mem::take(&mut before[1]), token.to_string()];
        }
    }

    /// Neither a name in the code nor a mere sign.
    fn is_text(text: &LitStr) -> bool {
        let text = text.value();
        let in_code = |letter: char| letter.is_ascii_lowercase() || "_/.".contains(letter);
        let code = text.chars().all(in_code) || text.ends_with(".js");
        !code && text.chars().any(char::is_alphabetic)
    }

    /// The names of a template's holes.
    fn holes(template: &str) -> BTreeSet<&str> {
        template.split(['{', '}']).skip(1).step_by(2).collect()
    }

    #[test]
    fn every_language_says_everything_and_nothing_else() {
        let said = said();
        assert!(said.len() > 150, "{} texts were found", said.len());
        let mut wrong = Vec::new();
        for (code, plurals) in PLURALS {
            let texts = read(root(), code).unwrap();
            let mut wanted = BTreeSet::new();
            for (english, counts) in &said {
                match counts {
                    true => wanted.extend(plurals.iter().map(|one| format!("{english}#{one}"))),
                    false => {
                        wanted.insert(english.clone());
                    }
                }
            }
            for key in wanted.iter().filter(|key| !texts.contains_key(*key)) {
                wrong.push(format!("{code}: missing: {key}"));
            }
            for (key, text) in &texts {
                let english = key.rsplit_once('#').filter(|_| !said.contains_key(key));
                let (english, plural) = english.unwrap_or((key, "other"));
                if !wanted.contains(key) {
                    wrong.push(format!("{code}: said nowhere: {key}"));
                }
                // One, two or none may be said without the number.
                let mut needs = holes(english);
                if matches!(plural, "zero" | "one" | "two") && !holes(text).contains("count") {
                    needs.remove("count");
                }
                if holes(text) != needs {
                    wrong.push(format!("{code}: other holes: {key}: {text}"));
                }
                if text.trim().is_empty() || text.contains('\n') || key.contains('\n') {
                    wrong.push(format!("{code}: not one line of text: {key}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn the_languages_are_those_that_the_page_offers_and_loads() {
        let mut codes: Vec<_> = fs::read_dir(root().join(FOLDER))
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        codes.sort();
        assert_eq!(codes, CODES);
        let plain = fs::read_to_string(root().join("src/words/plain.rs")).unwrap();
        let script = fs::read_to_string(root().join("src/words/languages.js")).unwrap();
        for code in CODES {
            assert!(plain.contains(&format!("(\"{code}\", ")), "{code} is not offered");
            let name = format!("WORDS_{}_", code.to_uppercase());
            assert!(script.contains(&format!("new URL({name}NAME, import.meta.url), {name}HASH")));
        }
    }

    #[test]
    fn what_the_page_loads_is_sorted_as_it_searches() {
        let texts = read(root(), "de").unwrap();
        let text = lines(&texts);
        let keys: Vec<_> = text.lines().step_by(2).collect();
        assert!(keys.is_sorted() && keys.len() == texts.len());
    }
}
