//! The name of a request, by which it is found in a log.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries it, in both directions.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The provider's own name for it, which its support asks for.
pub const UPSTREAM: HeaderName = HeaderName::from_static("x-upstream-request-id");

/// The longest that is taken from outside: two UUIDs.
const LONGEST: usize = 72;

/// A new one: 16 hex digits.
#[must_use]
pub fn new() -> String {
    format!("{:016x}", fastrand::u64(..))
}

/// The one that came with the request, so that a log of a proxy in front has the same; a new one
/// if it is missing or holds more than letters, digits, `-`, `_` and `.`.
#[must_use]
pub fn of(headers: &HeaderMap) -> String {
    let mut all = headers.get_all(HEADER).iter();
    match (all.next(), all.next()) {
        (Some(only), None) if is_sane(only) => {
            String::from_utf8_lossy(only.as_bytes()).into_owned()
        }
        _ => new(),
    }
}

fn is_sane(id: &HeaderValue) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_one_is_taken_and_any_other_made_anew() {
        let of = |values: &[&[u8]]| -> String {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(HEADER, HeaderValue::from_bytes(value).unwrap());
            }
            of(&headers)
        };
        for id in ["7", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "a_B.9"] {
            assert_eq!(of(&[id.as_bytes()]), id);
        }
        let long = [b'a'; LONGEST + 1];
        let strange: [&[&[u8]]; 7] =
            [&[], &[b""], &[b"a b"], &[b"a=\"b\""], &[b"\xff"], &[&long], &[b"a", b"b"]];
        for strange in strange {
            let made = of(strange);
            assert!(made.len() == 16 && made.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
    }
}
