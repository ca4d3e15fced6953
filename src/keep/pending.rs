//! Pictures under way, so that a reload does not lose one. Neither key nor photo is kept.

use super::kept::{all, forget, keep};
use super::record::{parameters, request};
use backdrop_contract::Request;
use js_sys::Array;
use wasm_bindgen::JsValue;

/// What is kept has this and the request's name for its name.
const START: &str = "backdrop:pending:";

/// After so many milliseconds nobody expects it any more: a day.
const STALE: f64 = 86_400_000.0;

/// What it takes to collect a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The request's own name.
    pub name: String,
    /// The absolute address that it was sent to.
    pub endpoint: String,
    /// Where to ask for it: absolute.
    pub poll: String,
    /// When it was sent, in milliseconds since 1970.
    pub started: f64,
    /// Its parameters, as far as this page may keep them, without the pictures.
    pub request: Request,
    /// Whether a key was sent with it.
    pub keyed: bool,
    /// The name of the photo.
    pub photo: String,
}

impl Pending {
    /// All that are kept. `now` is the time in milliseconds since 1970; stale ones are thrown away.
    pub fn all(now: f64) -> Vec<Self> {
        let read = |entry: JsValue| {
            let entry = Array::from(&entry);
            let name = entry.get(0).as_string()?;
            let one = Self::read(name.strip_prefix(START)?, &Array::from(&entry.get(1)));
            let fresh = one.filter(|one| now - one.started < STALE);
            if fresh.is_none() {
                forget(&name);
            }
            fresh
        };
        all(START).iter().filter_map(read).collect()
    }

    /// Keeps it, in place of what was kept under its name.
    pub fn keep(&self) {
        let values: [JsValue; 6] = [
            (&self.endpoint).into(),
            (&self.poll).into(),
            self.started.into(),
            parameters(&self.request),
            self.keyed.into(),
            (&self.photo).into(),
        ];
        keep(&self.key(), &values.iter().collect());
    }

    /// Keeps it no longer.
    pub fn forget(&self) {
        forget(&self.key());
    }

    /// The name under which it is kept, and held by the tab that is at work on it.
    pub fn key(&self) -> String {
        [START, &self.name].concat()
    }

    fn read(name: &str, values: &Array) -> Option<Self> {
        let text = |at| values.get(at).as_string();
        Some(Self {
            name: name.to_owned(),
            endpoint: text(0)?,
            poll: text(1)?,
            started: values.get(2).as_f64()?,
            request: Some(values.get(3)).filter(JsValue::is_object).map(|one| request(&one))?,
            keyed: values.get(4).as_bool()?,
            photo: text(5)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backdrop_contract::{Name, Value};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn pending(name: &str, started: f64) -> Pending {
        let mut request = Request::default();
        request.set(Name::Seed, Some(Value::Whole(-3)));
        request.set(Name::Prompt, Some(Value::Text("on a “beach”".into())));
        Pending {
            name: name.into(),
            endpoint: "https://a.example/v1/x".into(),
            poll: "https://a.example/jobs/1".into(),
            started,
            request,
            keyed: true,
            photo: "a cup\nof coffee.jpg".into(),
        }
    }

    #[wasm_bindgen_test]
    fn what_is_kept_comes_back_until_it_is_forgotten() {
        let now = 1_795_610_400_000.0;
        let (one, other, stale) =
            (pending("1", now - 5.0), pending("2", now), pending("3", now - STALE));
        for each in [&one, &other, &stale] {
            each.keep();
        }
        let other = Pending { poll: "https://a.example/jobs/2".into(), ..other };
        other.keep();
        let storage = web_sys::window().unwrap().local_storage().unwrap().unwrap();
        for garbage in ["garbage", "[1,2]", "null", r#"{"a":1}"#] {
            storage.set_item("backdrop:pending:4", garbage).unwrap();
            let mut all = Pending::all(now);
            all.sort_by(|a, b| a.name.cmp(&b.name));
            assert_eq!(all, [one.clone(), other.clone()], "{garbage}");
            assert_eq!(storage.get_item("backdrop:pending:4").unwrap(), None);
        }
        one.forget();
        assert_eq!(Pending::all(now), std::slice::from_ref(&other));
        other.forget();
        assert_eq!(Pending::all(now), []);
    }
}
