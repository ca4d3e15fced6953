//! What the relay is told when it starts: flags, and the key in the environment.

use crate::origin::Origin;
use axum::http::HeaderValue;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The variable that holds the provider's key. It is no flag: other users of a machine can read
/// the flags of a running program.
pub const KEY_VARIABLE: &str = "SEGMIND_API_KEY";

/// Serves Backdrop's page and answers its endpoint.
///
/// With SEGMIND_API_KEY in the environment requests are forwarded to the provider; without it they
/// are answered on this machine. RUST_LOG sets how much is logged, for example RUST_LOG=debug.
#[derive(Clone, Debug, clap::Parser)]
// Whoever starts it with flags of their own may add a person's: the last one holds.
#[command(name = "backdrop-relay", version, args_override_self = true)]
pub struct Flags {
    /// Address and port to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The provider's origin, used when there is a key
    #[arg(long, value_name = "ORIGIN", default_value = backdrop_contract::PROVIDER)]
    pub upstream: Origin,

    /// Folder of the built page
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub site: PathBuf,

    /// How long the provider may take to answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120,
          value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub answer_within: u64,
}

/// The flags, and what the environment adds.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub upstream: Origin,
    pub site: PathBuf,
    pub answer_within: Duration,
    /// With a key the relay forwards; without one it answers by itself.
    pub key: Option<Key>,
}

impl Config {
    /// Reads the environment beside the flags.
    ///
    /// # Errors
    /// [`BadKey`] when the key cannot be sent in a header.
    pub fn new(flags: Flags) -> Result<Self, BadKey> {
        Ok(Self {
            listen: flags.listen,
            upstream: flags.upstream,
            site: flags.site,
            answer_within: Duration::from_secs(flags.answer_within),
            key: std::env::var_os(KEY_VARIABLE)
                .map(|value| value.into_string().map_err(|_| BadKey))
                .transpose()?
                .map_or(Ok(None), |key| Key::new(&key))?,
        })
    }
}

/// The provider's key, as a header's value that is marked sensitive: neither `Debug` nor any error
/// shows it.
#[derive(Clone, Debug)]
pub struct Key(HeaderValue);

/// The key holds something that no header can carry.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{KEY_VARIABLE} holds characters that a key cannot have; copy it again")]
pub struct BadKey;

impl Key {
    /// A key from text; none if the text is blank.
    ///
    /// # Errors
    /// [`BadKey`] when it cannot be sent in a header.
    pub fn new(text: &str) -> Result<Option<Self>, BadKey> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let mut value = HeaderValue::from_str(text).map_err(|_| BadKey)?;
        if !value.as_bytes().iter().all(u8::is_ascii_graphic) {
            return Err(BadKey);
        }
        value.set_sensitive(true);
        Ok(Some(Self(value)))
    }

    /// The key as a header's value.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_key_is_none_and_a_broken_one_is_refused_without_being_shown() {
        assert!(Key::new(" \n").unwrap().is_none());
        assert!(Key::new(" SG_abc\n").unwrap().is_some());
        for broken in ["SG_a\nb", "SG_é", "SG a"] {
            let error = Key::new(broken).unwrap_err();
            assert!(!error.to_string().contains("SG_") && !format!("{error:?}").contains("SG_"));
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let key = Key::new("SG_secret").unwrap().unwrap();
        assert!(!format!("{key:?} {:?}", key.header()).contains("SG_secret"));
    }
}
