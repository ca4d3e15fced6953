//! Who may ask. A page of somebody else's, open in the same browser, can send requests here too;
//! it must spend neither the key nor this machine's time.

use crate::failed::Failed;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// Refuses what a page of another origin sends, but for the origins that may.
///
/// `Sec-Fetch-Site` decides, where it is sent: only `same-origin`, and `none` for what a person
/// opens by hand, may pass. Without it `Origin` must name the `Host`. Programs other than browsers
/// send neither header and pass.
///
/// # Errors
/// 403 for a request from another site or origin.
pub fn known_origin(headers: &HeaderMap, allowed: &[HeaderValue]) -> Result<(), Failed> {
    if headers.get(header::ORIGIN).is_some_and(|origin| allowed.contains(origin)) {
        return Ok(());
    }
    // The browser's own word, which a page cannot forge. It holds behind a proxy, too, that puts
    // another name into `Host`.
    let vouched = headers.get("sec-fetch-site").map(|site| site == "same-origin" || site == "none");
    let own = vouched.unwrap_or_else(|| {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        headers
            .get(header::ORIGIN)
            .is_none_or(|origin| host.is_some_and(|host| is_origin_of(origin.as_bytes(), host)))
    });
    if !own {
        return Err(Failed::new(
            StatusCode::FORBIDDEN,
            "a page of another site may not use this relay; open the relay's own page, or name the \
             site with --origin",
        ));
    }
    Ok(())
}

/// The scheme is left out of account: a proxy in front may have taken TLS off.
fn is_origin_of(origin: &[u8], host: &str) -> bool {
    std::str::from_utf8(origin).is_ok_and(|origin| {
        ["https://", "http://"]
            .iter()
            .filter_map(|scheme| origin.strip_prefix(scheme))
            .any(|authority| authority.eq_ignore_ascii_case(host))
    })
}

/// Takes `application/json` only. It is also a guard: with it a foreign page must first ask with
/// a preflight, which nobody here answers.
///
/// # Errors
/// 415 for any other type, or none.
pub fn is_json(headers: &HeaderMap) -> Result<(), Failed> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"));
    if is_json {
        return Ok(());
    }
    Err(Failed::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type: must be application/json"))
}

/// Takes bodies as they are: what is packed grows without a limit that its length tells.
///
/// # Errors
/// 415 for any `Content-Encoding` but `identity`.
pub fn is_plain(headers: &HeaderMap) -> Result<(), Failed> {
    let plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(header::CONTENT_ENCODING).iter().all(plain) {
        return Ok(());
    }
    Err(Failed::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content-encoding: must be identity; send the body unpacked",
    ))
}

/// The names that the relay answers to, beside this machine's own.
#[derive(Clone)]
pub struct Names(pub Arc<[String]>);

/// Answers only to names that are known. A foreign name that is made to point at this machine
/// (DNS rebinding) would otherwise make its page look like the relay's own.
pub async fn known_name(
    State(Names(names)): State<Names>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| is_this_machine(host) || is_one_of(host, &names)) {
        return next.run(request).await;
    }
    Failed::new(
        StatusCode::MISDIRECTED_REQUEST,
        "this relay answers to localhost, 127.0.0.1 and [::1], and to what --name names; \
         behind a reverse proxy, let the proxy send Host: 127.0.0.1, or name the site with --name",
    )
    .into_response()
}

fn is_one_of(host: &str, names: &[String]) -> bool {
    let name = without_port(host);
    names.iter().any(|known| known.eq_ignore_ascii_case(name) || known.eq_ignore_ascii_case(host))
}

fn without_port(host: &str) -> &str {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    // The last colon of a bare `[::1]` is none before a port.
    match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) => name,
        _ => host,
    }
}

fn is_this_machine(host: &str) -> bool {
    let name = without_port(host);
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine() {
        for own in
            ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8080"]
        {
            assert!(is_this_machine(own), "{own}");
        }
        for foreign in [
            "",
            "evil.example",
            "localhost.evil.example:8080",
            "127.0.0.1.evil.example",
            "10.0.0.1:8080",
            "localhost:80@evil.example",
            "[::2]",
        ] {
            assert!(!is_this_machine(foreign), "{foreign}");
        }
    }

    #[test]
    fn an_origin_is_the_hosts_own_or_foreign() {
        for (origin, host, own) in [
            ("http://127.0.0.1:8080", "127.0.0.1:8080", true),
            ("https://a.example", "A.example", true),
            ("http://localhost:8080", "127.0.0.1:8080", false),
            ("http://127.0.0.1:8081", "127.0.0.1:8080", false),
            ("null", "null", false),
            ("https://a.example.evil.example", "a.example", false),
        ] {
            assert_eq!(is_origin_of(origin.as_bytes(), host), own, "{origin}");
        }
    }
}
