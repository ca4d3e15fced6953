//! A short-lived token from the site that embeds the studio: a JWT, signed with HS256 by a secret
//! that the site's server and the relay share.

use crate::failed::Failed;
use crate::secret::Signing;
use axum::http::{HeaderMap, StatusCode, header};
use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation, decode};
use ring::hmac;
use serde::Deserialize;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far the clocks of the site and the relay may differ.
const LEEWAY: Duration = Duration::from_secs(30);

/// Checks the tokens of one site.
#[derive(Clone)]
pub struct Tokens {
    secret: Signing,
    validation: Validation,
    longest: Duration,
}

/// What is read of a token. `aud` is checked by the library.
#[derive(Deserialize)]
struct Claims {
    /// Seconds since 1970; the standard allows fractions.
    exp: f64,
    sub: Option<String>,
}

impl Tokens {
    /// Tokens signed with this secret, for this audience if one is named, that end in so long at
    /// the latest.
    #[must_use]
    pub fn new(secret: Signing, audience: Option<&str>, longest: Duration) -> Self {
        // A second start, as tests of the library may make, finds it in place.
        let _ = HS256.install_default();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY.as_secs();
        validation.validate_nbf = true;
        match audience {
            Some(audience) => {
                validation.set_audience(&[audience]);
                validation.set_required_spec_claims(&["exp", "aud"]);
            }
            None => validation.validate_aud = false,
        }
        Self { secret, validation, longest }
    }

    /// Whom the request's token names, if it names anyone.
    ///
    /// # Errors
    /// 401 without a token, or with one that is forged, too old, too long-lived, or for others.
    pub fn bearer(&self, headers: &HeaderMap) -> Result<Option<String>, Failed> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(|| refused("this relay wants a token of its site; reload the page"))?;
        let key = DecodingKey::from_secret(self.secret.bytes());
        let claims = decode::<Claims>(token, &key, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => {
                    refused("the page's token has ended; reload the page")
                }
                _ => refused("the page's token is not valid here; reload the page"),
            })?
            .claims;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        if claims.exp > (now + self.longest + LEEWAY).as_secs_f64() {
            let most = self.longest.as_secs();
            return Err(refused(format!("the page's token lives too long: at most {most} s")));
        }
        Ok(claims.sub.filter(|sub| !sub.is_empty()))
    }
}

fn refused(text: impl Into<String>) -> Failed {
    Failed::new(StatusCode::UNAUTHORIZED, text)
}

/// The library leaves the cryptography to others; here it is what TLS uses. Nothing is signed.
static HS256: CryptoProvider = CryptoProvider {
    signer_factory: |_: &Algorithm, _: &EncodingKey| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    if *algorithm != Algorithm::HS256 {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(Hs256(hmac::Key::new(hmac::HMAC_SHA256, key.try_get_as_bytes()?))))
}

struct Hs256(hmac::Key);

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        // In constant time.
        hmac::verify(&self.0, message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}
