//! The key, where a person asked to keep it on this device: one, with the place it was given for.

use super::kept::{all, forget, keep};
use js_sys::{Array, JSON};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Url;

/// The name under which it is kept.
pub const KEPT_KEY: &str = "backdrop:key";

/// A key and where it may go.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptKey {
    /// The absolute address that it was given for.
    pub address: String,
    /// The host's name.
    pub dialect: String,
    pub key: String,
    /// Whether photos go there: a person may have chosen another place since.
    pub used: bool,
}

impl KeptKey {
    /// The one that is kept.
    pub fn find() -> Option<Self> {
        let entries = all(KEPT_KEY);
        let mut entries = entries.iter().map(|entry| Array::from(&entry));
        let entry = entries.find(|entry| entry.get(0) == KEPT_KEY)?;
        Self::read(&Array::from(&entry.get(1)))
    }

    /// Keeps it in place of another one; whether the browser lets it.
    pub fn keep(&self) -> bool {
        let values: [JsValue; 4] =
            [(&self.address).into(), (&self.dialect).into(), (&self.key).into(), self.used.into()];
        keep(KEPT_KEY, &values.iter().collect());
        Self::find().as_ref() == Some(self)
    }

    pub fn forget() {
        forget(KEPT_KEY);
    }

    /// What was kept, as the browser tells other tabs of it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(JSON::parse(text).ok()?.dyn_ref()?)
    }

    fn read(values: &Array) -> Option<Self> {
        let text = |at| values.get(at).as_string();
        let used = values.get(3).as_bool()?;
        Some(Self { address: text(0)?, dialect: text(1)?, key: text(2)?, used })
    }

    /// Whether it was given for this place: the same origin.
    pub fn is_for(&self, address: &str) -> bool {
        origin(address).is_some_and(|wanted| origin(&self.address) == Some(wanted))
    }

    /// The host that it was given for.
    pub fn host(&self) -> String {
        Url::new(&self.address).map(|url| url.host()).unwrap_or_default()
    }

    /// Enough of it for its owner to know which it is.
    pub fn masked(&self) -> String {
        let shown = if self.key.len() >= 12 { self.key.len() - 4 } else { self.key.len() };
        ["••••", self.key.get(shown..).unwrap_or_default()].concat()
    }
}

fn origin(address: &str) -> Option<String> {
    Url::new(address.trim()).ok().map(|url| url.origin()).filter(|origin| origin != "null")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_key_is_kept_for_one_origin_until_it_is_forgotten() {
        assert!(KeptKey::find().is_none());
        let mut kept = KeptKey {
            address: "https://a.example/v1/x".into(),
            dialect: "segmind".into(),
            key: "SG_0123456789".into(),
            used: true,
        };
        assert!(kept.keep());
        kept.used = false;
        assert!(kept.keep());
        assert!(KeptKey::find() == Some(kept.clone()));
        assert_eq!(kept.masked(), "••••6789");
        for (address, is) in [
            (" https://a.example/v2", true),
            ("https://a.example:444/v1/x", false),
            ("http://a.example/v1/x", false),
            ("https://b.example/v1/x", false),
            ("data:,x", false),
            ("", false),
        ] {
            assert_eq!(kept.is_for(address), is, "{address}");
        }
        let storage = web_sys::window().unwrap().local_storage().unwrap().unwrap();
        for garbage in ["garbage", "[1,2]", "null", r#"["a","b","c"]"#] {
            storage.set_item(KEPT_KEY, garbage).unwrap();
            assert!(KeptKey::find().is_none(), "{garbage}");
            assert!(KeptKey::parse(garbage).is_none(), "{garbage}");
        }
        KeptKey::forget();
        assert_eq!(storage.get_item(KEPT_KEY).unwrap(), None);
    }
}
