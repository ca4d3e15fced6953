//! What every reply carries for the browser's protection.

use crate::origin::Origin;
use axum::extract::State;
use axum::http::header::{self, InvalidHeaderValue};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use backdrop_contract::Dialect;

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// The page's Content-Security-Policy.
///
/// A person with a key of their own sends to a provider straight from the page, so those that the
/// page offers are reachable beside the relay; photos are previewed from any `https` address. A
/// provider may answer with an address, which the page may read at these origins of `pictures`. The two
/// policies of Trusted Types give the addresses of the workers that redraw photos and keep the page,
/// and nothing else.
///
/// # Errors
/// None for an [`Origin`], which holds visible ASCII only.
pub fn policy(upstream: &Origin, pictures: &[Origin]) -> Result<HeaderValue, InvalidHeaderValue> {
    let pictures: Vec<_> = pictures.iter().map(Origin::to_string).collect();
    let pictures = pictures.join(" ");
    let upstream = upstream.to_string();
    let mut connect = vec!["'self'"];
    connect.extend(Dialect::ALL.map(|dialect| dialect.host().origin));
    if !connect.contains(&upstream.as_str()) {
        connect.push(&upstream);
    }
    let mut images = vec!["'self' blob: data: https:"];
    if !pictures.is_empty() {
        connect.push(&pictures);
        images.push(&pictures);
    }
    let (connect, images) = (connect.join(" "), images.join(" "));
    HeaderValue::try_from(format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src {images}; connect-src {connect}; worker-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
         require-trusted-types-for 'script'; trusted-types backdrop backdrop-page"
    ))
}

/// For the page and its files.
pub async fn of_the_site(State(policy): State<HeaderValue>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (OPENER, "same-origin"),
        (
            PERMISSIONS,
            "camera=(self), microphone=(), geolocation=(), display-capture=(), payment=(), usb=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// For the endpoint: nothing of it is kept by anyone on the way.
pub async fn of_the_api(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use backdrop_contract::PROVIDER;

    #[test]
    fn each_provider_is_named_once() {
        let policy = |origin: &str| policy(&origin.parse().unwrap(), &[]).unwrap();
        let usual = policy(PROVIDER);
        assert_eq!(usual.to_str().unwrap().matches(PROVIDER).count(), 1);
        let own = policy("http://127.0.0.1:9");
        let connect = "connect-src 'self' https://api.segmind.com https://engine.prod.bria-api.com \
                       https://fal.run http://127.0.0.1:9;";
        assert!(own.to_str().unwrap().contains(connect));
    }

    #[test]
    fn pictures_may_be_read_from_where_the_operator_says() {
        let pictures = ["https://a.example", "http://127.0.0.1:8"].map(|one| one.parse().unwrap());
        let policy = policy(&PROVIDER.parse().unwrap(), &pictures).unwrap();
        for rule in [
            "https://fal.run https://a.example http://127.0.0.1:8; worker-src",
            "img-src 'self' blob: data: https: https://a.example http://127.0.0.1:8; connect-src",
        ] {
            assert!(policy.to_str().unwrap().contains(rule), "{policy:?}");
        }
    }
}
