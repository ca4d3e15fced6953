//! How long earlier requests took, so that a person knows what to expect.

use super::kept::{all, keep};
use js_sys::Array;
use wasm_bindgen::JsValue;

/// What is kept has this and the requests' kind for its name.
const START: &str = "backdrop:took:";

/// Older ones say little of today.
const MOST: usize = 5;

/// What the last few of one kind took, in milliseconds, oldest first.
pub struct Times {
    name: String,
    took: Vec<u32>,
}

impl Times {
    /// Of requests of this kind.
    pub fn of(kind: &str) -> Self {
        let name = [START, kind].concat();
        let is_it = |entry: &JsValue| Array::from(entry).get(0).as_string().as_ref() == Some(&name);
        let entry = all(&name).iter().find(is_it);
        let values = entry.map(|entry| Array::from(&Array::from(&entry).get(1)));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let took = |value: JsValue| value.as_f64().map(|number| number as u32);
        let took = values.map(|all| all.iter().filter_map(took).collect()).unwrap_or_default();
        Self { name, took }
    }

    /// What to expect; none where there was no earlier one.
    pub fn median(&self) -> Option<u32> {
        let mut took = self.took.clone();
        took.sort_unstable();
        took.get(took.len() / 2).copied()
    }

    /// Another one took so long.
    pub fn learn(mut self, took: u32) {
        self.took.push(took);
        let newest = self.took.len().saturating_sub(MOST);
        let values: Array = self.took.iter().skip(newest).map(|one| JsValue::from(*one)).collect();
        keep(&self.name, &values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn what_to_expect_is_the_median_of_the_last_few_of_its_kind() {
        let storage = web_sys::window().unwrap().local_storage().unwrap().unwrap();
        assert_eq!(Times::of("a").median(), None);
        // One that took long says nothing of the next.
        for took in [90_000, 1_000, 2_000, 3_000, 60_000, 4_000] {
            Times::of("a").learn(took);
        }
        assert_eq!(Times::of("a").median(), Some(3_000));
        // What begins alike is another kind.
        assert_eq!(Times::of("").median(), None);
        storage.set_item("backdrop:took:a", "{}").unwrap();
        assert_eq!(Times::of("a").median(), None);
        storage.remove_item("backdrop:took:a").unwrap();
    }
}
