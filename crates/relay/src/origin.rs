//! The provider's address: scheme, host and port, and nothing else.

use axum::http::Uri;
use axum::http::uri::{Authority, Scheme};
use std::fmt;
use std::str::FromStr;

/// An `http` or `https` origin, such as `https://api.segmind.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    authority: Authority,
}

/// Why a text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoOrigin {
    #[error("give an origin, such as https://api.segmind.com")]
    Unreadable,
    #[error("start it with https:// or http://")]
    Scheme,
    #[error("leave the user and password out")]
    Credentials,
    #[error("leave the path out: only scheme, host and port")]
    Path,
}

impl Origin {
    /// The address of a path at this origin.
    ///
    /// # Errors
    /// When the path holds what no address can.
    pub fn at(&self, path: &str) -> Result<Uri, axum::http::Error> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
    }

    /// Whether what is sent there can be read on the way.
    #[must_use]
    pub fn is_plain_beyond_this_machine(&self) -> bool {
        let host = self.authority.host().trim_matches(['[', ']']);
        let here = host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        self.scheme == Scheme::HTTP && !here
    }
}

impl FromStr for Origin {
    type Err = NoOrigin;

    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        // The parser drops a fragment without a word.
        if text.contains('#') {
            return Err(NoOrigin::Path);
        }
        let parts = text
            .trim()
            .to_ascii_lowercase()
            .parse::<Uri>()
            .map_err(|_| NoOrigin::Unreadable)?
            .into_parts();
        let scheme = parts.scheme.ok_or(NoOrigin::Scheme)?;
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(NoOrigin::Scheme);
        }
        let authority = parts.authority.ok_or(NoOrigin::Unreadable)?;
        if authority.as_str().contains('@') {
            return Err(NoOrigin::Credentials);
        }
        if parts.path_and_query.is_some_and(|path| path != "/") {
            return Err(NoOrigin::Path);
        }
        // It also stands in the page's security policy, where `;` and `,` end a rule.
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        if authority.host().is_empty() || !authority.as_str().bytes().all(fits) {
            return Err(NoOrigin::Unreadable);
        }
        Ok(Self { scheme, authority })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_are_taken() {
        for (text, origin) in [
            ("https://api.segmind.com", Ok("https://api.segmind.com")),
            ("https://API.segmind.com/", Ok("https://api.segmind.com")),
            ("http://127.0.0.1:9", Ok("http://127.0.0.1:9")),
            ("http://[::1]:9", Ok("http://[::1]:9")),
            ("api.segmind.com", Err(NoOrigin::Scheme)),
            ("ftp://a.example", Err(NoOrigin::Scheme)),
            ("https://a:b@c.example", Err(NoOrigin::Credentials)),
            ("https://a.example/v1", Err(NoOrigin::Path)),
            ("https://a.example/?b", Err(NoOrigin::Path)),
            ("https://a.example/#b", Err(NoOrigin::Path)),
            ("https://a.example;script-src", Err(NoOrigin::Unreadable)),
            ("https://", Err(NoOrigin::Unreadable)),
            ("", Err(NoOrigin::Unreadable)),
        ] {
            let read = text.parse::<Origin>().map(|origin| origin.to_string());
            assert_eq!(read.as_deref().map_err(|error| *error), origin, "{text}");
        }
    }

    #[test]
    fn plain_http_is_safe_on_this_machine_only() {
        let plain = |text: &str| {
            let origin: Origin = text.parse().unwrap();
            origin.is_plain_beyond_this_machine()
        };
        assert!(plain("http://a.example") && plain("http://10.0.0.1:80"));
        assert!(!plain("https://a.example") && !plain("http://[::1]:9"));
        assert!(!plain("http://localhost:9") && !plain("http://127.0.0.1"));
    }
}
