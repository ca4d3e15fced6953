//! Where a photo would go.

use backdrop_contract::{Dialect, PATH};
use std::fmt;
use web_sys::Url;

/// In an address' place: this very device answers, in a worker of the page's own.
const DEVICE: &str = "device:";

/// An address, how it is spoken to there and, where the person gave one, a key. The key lives in
/// memory only.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// As it was given: relative to the page, or absolute.
    address: String,
    key: Option<String>,
    dialect: Dialect,
    /// Nobody said so: where nothing answers there, this device does.
    usual: bool,
}

/// Why a connection cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionError {
    NoKey,
    KeyCharacters,
    Address,
    NotSecret,
}

impl Connection {
    /// Through the site: its own endpoint, which needs no key from the browser.
    pub fn through_site(address: String) -> Self {
        Self { address, key: None, dialect: Dialect::Segmind, usual: false }
    }

    /// Through the site, where nobody said anything else.
    pub fn usual() -> Self {
        Self { usual: true, ..Self::through_site(PATH.to_owned()) }
    }

    pub fn is_usual(&self) -> bool {
        self.usual
    }

    /// To nobody: this device answers.
    pub fn device() -> Self {
        Self::through_site(DEVICE.to_owned())
    }

    /// The same where nobody said so.
    pub fn usual_device() -> Self {
        Self { usual: true, ..Self::device() }
    }

    pub fn is_device(&self) -> bool {
        self.address == DEVICE
    }

    /// To a provider with a key.
    ///
    /// # Errors
    /// [`ConnectionError`] when the key cannot be a header's value, or the address is no web
    /// address, or would carry the key in the clear to another machine.
    pub fn with_key(address: &str, key: &str) -> Result<Self, ConnectionError> {
        let (address, key) = (address.trim(), key.trim());
        if key.is_empty() {
            return Err(ConnectionError::NoKey);
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConnectionError::KeyCharacters);
        }
        let url = Url::new(address).map_err(|_| ConnectionError::Address)?;
        match url.protocol().as_str() {
            "https:" => {}
            "http:" if is_loopback(&url.hostname()) => {}
            "http:" => return Err(ConnectionError::NotSecret),
            _ => return Err(ConnectionError::Address),
        }
        let key = Some(key.to_owned());
        Ok(Self { key, ..Self::through_site(url.href()) })
    }

    /// The same place, spoken to in another way.
    pub fn speaking(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// As it was before the page was left, with a key that is not known any more.
    pub fn awaiting_key(self) -> Self {
        Self { key: Some(String::new()), ..self }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The header that carries the key, where there is one.
    pub fn key_header(&self) -> Option<(&'static str, String)> {
        let key = self.key()?;
        Some((self.dialect.host().key_header, self.dialect.key_value(key)))
    }

    /// The host that the photo goes to; none when it is this page's own, or the photo goes nowhere.
    pub fn host(&self) -> Option<String> {
        let url = self.url().filter(|_| !self.is_device())?;
        (Some(url.origin()) != page_origin()).then(|| url.host())
    }

    /// The absolute address.
    pub fn url(&self) -> Option<Url> {
        Url::new_with_base(&self.address, &page_address()?).ok()
    }
}

/// Never shows the key.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connection to {} (key: {})", self.address, self.key.is_some())
    }
}

fn page_address() -> Option<String> {
    web_sys::window()?.location().href().ok()
}

pub fn page_origin() -> Option<String> {
    web_sys::window()?.location().origin().ok()
}

/// Whether a host name is this very machine.
pub fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_key_goes_only_where_it_is_safe() {
        let with = |address, key| Connection::with_key(address, key).map(|to| to.address);
        let provider = Dialect::Segmind.address();
        assert_eq!(with(&provider, " SG_abc ").unwrap(), provider);
        assert!(with("http://127.0.0.1:9/v1/x", "SG_abc").is_ok());
        assert_eq!(with("http://a.example/v1/x", "SG_abc"), Err(ConnectionError::NotSecret));
        assert_eq!(with("/v1/x", "SG_abc"), Err(ConnectionError::Address));
        assert_eq!(with("ftp://a.example/", "SG_abc"), Err(ConnectionError::Address));
        assert_eq!(with(&provider, "  "), Err(ConnectionError::NoKey));
        for key in ["SG_ä", "SG abc", "SG_\nx: y"] {
            assert_eq!(with(&provider, key), Err(ConnectionError::KeyCharacters));
        }
    }

    #[wasm_bindgen_test]
    fn the_key_is_never_printed_and_the_host_is_told() {
        let connection = Connection::with_key("https://a.example/v1/x", "SG_secret").unwrap();
        assert!(!format!("{connection:?}").contains("secret"));
        assert_eq!(connection.key_header(), Some(("x-api-key", "SG_secret".into())));
        let fal = connection.clone().speaking(Dialect::Fal);
        assert_eq!(fal.key_header(), Some(("authorization", "Key SG_secret".into())));
        assert_eq!(connection.host().as_deref(), Some("a.example"));
        assert_eq!(Connection::through_site("/v1/x".into()).host(), None);
        assert_eq!(Connection::device().host(), None);
    }
}
