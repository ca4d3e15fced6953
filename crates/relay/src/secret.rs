//! Secrets: the provider's key, and the one that signs a site's tokens. Their memory is wiped when
//! they go, and `Debug` shows none of it.

use axum::http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use std::io;
use std::path::{Path, PathBuf};

/// Why a secret cannot be used. None of these shows any of it.
#[derive(Debug, thiserror::Error)]
pub enum BadSecret {
    #[error("{place} holds characters that a key cannot have; copy it again")]
    Characters { place: String },
    #[error("{place} is too short: it must have {least} characters or more")]
    Short { place: String, least: usize },
    #[error("{place} is empty")]
    Empty { place: String },
    #[error("cannot read {}: {why}", path.display())]
    Unreadable { path: PathBuf, why: io::Error },
}

/// A secret's text, and where it came from, for errors.
pub struct Found {
    text: SecretString,
    place: String,
}

impl Found {
    /// An address that may hold a password.
    #[must_use]
    pub fn address(&self) -> String {
        self.text.expose_secret().trim().to_owned()
    }
}

/// Looks for a secret: in the file of a flag, else of the variable `{variable}_FILE`, else in the
/// variable itself. None where nothing is set, or the variable is blank.
///
/// # Errors
/// [`BadSecret`] for a file that cannot be read or is empty.
pub fn find(file: Option<&Path>, variable: &str) -> Result<Option<Found>, BadSecret> {
    let named = || std::env::var_os(format!("{variable}_FILE")).map(PathBuf::from);
    if let Some(path) = file.map(Path::to_owned).or_else(named) {
        return read(path).map(Some);
    }
    let Some(value) = std::env::var_os(variable) else { return Ok(None) };
    let place = variable.to_owned();
    let Ok(text) = value.into_string() else {
        return Err(BadSecret::Characters { place });
    };
    let text = SecretString::from(text);
    Ok((!text.expose_secret().trim().is_empty()).then_some(Found { text, place }))
}

fn read(path: PathBuf) -> Result<Found, BadSecret> {
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => SecretString::from(text),
        Err(why) => return Err(BadSecret::Unreadable { path, why }),
    };
    let place = path.display().to_string();
    if text.expose_secret().trim().is_empty() {
        return Err(BadSecret::Empty { place });
    }
    warn_if_others_can_read(&path);
    Ok(Found { text, place })
}

/// Not refused: a container's secrets are mounted that way.
#[cfg(unix)]
fn warn_if_others_can_read(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).map_or(0, |file| file.permissions().mode());
    if mode & 0o077 != 0 {
        let path = path.display();
        tracing::warn!("other users of this machine may read {path}; chmod 600 it");
    }
}

#[cfg(not(unix))]
fn warn_if_others_can_read(_: &Path) {}

/// The provider's key.
#[derive(Clone, Debug)]
pub struct Key(SecretString);

impl Key {
    /// A key from what was found.
    ///
    /// # Errors
    /// [`BadSecret::Characters`] when it cannot be sent in a header.
    pub fn new(found: &Found) -> Result<Self, BadSecret> {
        let text = found.text.expose_secret().trim();
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadSecret::Characters { place: found.place.clone() });
        }
        Ok(Self(text.into()))
    }

    /// The key as a header's value, marked sensitive: neither `Debug` nor any error shows it.
    ///
    /// # Errors
    /// None: only visible characters are taken as a key.
    pub fn header(&self) -> Result<HeaderValue, axum::http::Error> {
        let mut value = HeaderValue::from_str(self.0.expose_secret())?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// What signs the tokens of a site.
#[derive(Clone, Debug)]
pub struct Signing(SecretString);

/// The output of SHA-256: a shorter secret weakens it (RFC 7518, section 3.2).
const SHORTEST_SIGNING: usize = 32;

impl Signing {
    /// A signing secret from what was found.
    ///
    /// # Errors
    /// [`BadSecret::Short`] below 32 bytes.
    pub fn new(found: &Found) -> Result<Self, BadSecret> {
        let text = found.text.expose_secret().trim();
        if text.len() < SHORTEST_SIGNING {
            let place = found.place.clone();
            return Err(BadSecret::Short { place, least: SHORTEST_SIGNING });
        }
        Ok(Self(text.into()))
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Found {
        Found { text: text.into(), place: "THE_PLACE".to_owned() }
    }

    #[test]
    fn a_broken_key_is_refused_without_being_shown() {
        assert!(Key::new(&found(" SG_abc\n")).is_ok());
        for broken in ["SG_a\nb", "SG_é", "SG a"] {
            let error = Key::new(&found(broken)).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("THE_PLACE") && !shown.contains("SG_"), "{shown}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = Key::new(&found("SG_secret")).unwrap();
        let signing = Signing::new(&found(&"SG_secret".repeat(4))).unwrap();
        let shown = format!("{key:?} {:?} {signing:?}", key.header());
        assert!(!shown.contains("SG_secret"), "{shown}");
        let short = Signing::new(&found("SG_secret")).unwrap_err();
        assert!(!format!("{short} {short:?}").contains("SG_secret"));
    }

    #[test]
    fn a_file_is_read_and_an_empty_one_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        assert!(matches!(find(Some(&path), "NONE"), Err(BadSecret::Unreadable { .. })));
        std::fs::write(&path, " \n").unwrap();
        assert!(matches!(find(Some(&path), "NONE"), Err(BadSecret::Empty { .. })));
        std::fs::write(&path, "SG_abc\n").unwrap();
        let key = Key::new(&find(Some(&path), "NONE").unwrap().unwrap()).unwrap();
        assert_eq!(key.header().unwrap(), "SG_abc");
        assert!(find(None, "BACKDROP_NO_SUCH_VARIABLE").unwrap().is_none());
    }
}
