//! A picture given by its address.

use backdrop_contract::is_url;
use web_sys::Url;

/// A checked `http` or `https` address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

/// Why an address cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    NotWeb,
    Credentials,
}

impl Address {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`AddressError`] when it is no `http` or `https` address, or carries credentials.
    pub fn read(typed: &str) -> Result<Self, AddressError> {
        let typed = typed.trim();
        let url = Url::new(typed).ok().filter(|_| is_url(typed)).ok_or(AddressError::NotWeb)?;
        if url.username().is_empty() && url.password().is_empty() {
            Ok(Self(url.href()))
        } else {
            Err(AddressError::Credentials)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last step of the path, else the host.
    pub fn name(&self) -> &str {
        let path = self.0.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').find(|step| !step.is_empty()).unwrap_or(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn only_web_addresses_without_credentials_are_taken() {
        let read = |typed| Address::read(typed).map(|address| address.0);
        assert_eq!(read(" https://a.example/b.png ").unwrap(), "https://a.example/b.png");
        assert_eq!(read("HTTP://a.example").unwrap(), "http://a.example/");
        for typed in ["", "a.example/b.png", "ftp://a.example/b", "javascript:alert(1)", "data:,x"]
        {
            assert_eq!(read(typed), Err(AddressError::NotWeb), "{typed}");
        }
        assert_eq!(read("https://me:pw@a.example/b"), Err(AddressError::Credentials));
    }

    #[wasm_bindgen_test]
    fn the_name_is_the_last_step() {
        let name = |typed| Address::read(typed).unwrap().name().to_owned();
        assert_eq!(name("https://a.example/shop/cup.png?w=9#x"), "cup.png");
        assert_eq!(name("https://a.example/"), "a.example");
    }
}
