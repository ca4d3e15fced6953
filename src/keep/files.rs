//! Files to take away: tables, and many files in one.

use super::record::object;
use super::room::{Shut, ask};
use js_sys::{Array, JsString};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// A zip of files, in their order. Names that would stand for the same file, on any system, get a
/// number. No file is read into memory as a whole.
///
/// # Errors
/// [`Shut::Closed`] where a file has gone.
pub async fn zip(files: &[(String, Blob)]) -> Result<Blob, Shut> {
    let names = unlike(files.iter().map(|(name, _)| name.as_str()));
    let files: Array = names
        .iter()
        .zip(files)
        .map(|(name, (_, blob))| object([("name", name.into()), ("blob", blob.into())]))
        .collect();
    ask("zip", &[files.into()]).await?.dyn_into().map_err(|_| Shut::Closed)
}

/// A table that spreadsheets open: UTF-8, RFC 4180. A cell is a JavaScript text, number, switch or
/// nothing; a text that a spreadsheet would take for a formula is made harmless.
///
/// # Errors
/// [`Shut::Closed`] where the room's file did not come.
pub async fn csv(rows: &[Vec<JsValue>]) -> Result<Blob, Shut> {
    let rows: Array = rows.iter().map(|row| row.iter().collect::<Array>()).collect();
    ask("csv", &[rows.into()]).await?.dyn_into().map_err(|_| Shut::Closed)
}

/// These names, no two the same to a system that takes capitals for small letters.
pub(super) fn unlike<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    // JavaScript knows the small letters of every script: Rust's own tables are kilobytes.
    let small = |name: &str| String::from(JsString::from(name).to_lower_case());
    let mut taken: Vec<String> = Vec::new();
    names
        .map(|name| {
            let at = name.rfind('.').filter(|at| *at > 0).unwrap_or(name.len());
            let (stem, ending) = name.split_at(at);
            let mut free = name.to_owned();
            let mut next = 2_u32;
            while taken.contains(&small(&free)) {
                free = [stem, "-", &next.to_string(), ending].concat();
                next += 1;
            }
            taken.push(small(&free));
            free
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn no_two_names_in_a_zip_are_alike() {
        let names = ["a.png", "A.png", "a-2.png", "a.png", "b", "b", ".c", ".c", "ü.webp"];
        let unlike = unlike(names.into_iter());
        let wanted =
            ["a.png", "A-2.png", "a-2-2.png", "a-3.png", "b", "b-2", ".c", ".c-2", "ü.webp"];
        assert_eq!(unlike, wanted);
    }
}
