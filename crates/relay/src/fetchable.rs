//! Whether an address may be handed to a provider to fetch: a public one, on the web.
//!
//! The provider fetches it, not the relay, and resolves its name once more: a name that changes
//! its address in between, and redirects that the provider follows, cannot be seen from here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;
use url::{Host, Url};

/// How long a name may take to resolve.
const RESOLVED_WITHIN: Duration = Duration::from_secs(5);

/// Why an address is not handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFetchable {
    #[error("is not a web address")]
    Unreadable,
    #[error("must start with https:// or http://")]
    Scheme,
    #[error("must have no user and password in it")]
    Credentials,
    #[error("names a host that is not found")]
    Unknown,
    #[error("is not on the public internet")]
    Private,
}

/// Checks an address, and every address that its name has now.
///
/// # Errors
/// [`NotFetchable`].
pub async fn check(address: &str) -> Result<(), NotFetchable> {
    let url = Url::parse(address.trim()).map_err(|_| NotFetchable::Unreadable)?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(NotFetchable::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(NotFetchable::Credentials);
    }
    // Numbers in any dress (0x7f.1, 2130706433) are addresses to this parser, as to a browser.
    match url.host().ok_or(NotFetchable::Unreadable)? {
        Host::Ipv4(ip) => public(IpAddr::V4(ip)),
        Host::Ipv6(ip) => public(IpAddr::V6(ip)),
        Host::Domain(name) => {
            let port = url.port_or_known_default().unwrap_or(443);
            let found =
                tokio::time::timeout(RESOLVED_WITHIN, tokio::net::lookup_host((name, port)));
            let mut found = found
                .await
                .ok()
                .and_then(Result::ok)
                .ok_or(NotFetchable::Unknown)?
                .map(|address| address.ip())
                .peekable();
            found.peek().ok_or(NotFetchable::Unknown)?;
            found.try_for_each(public)
        }
    }
}

fn public(ip: IpAddr) -> Result<(), NotFetchable> {
    is_public(ip).then_some(()).ok_or(NotFetchable::Private)
}

/// Whether an address can be reached from everywhere, by IANA's registries of special ranges.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0 // this network
        || a >= 240 // reserved, and broadcast
        || (a == 100 && (64..128).contains(&b)) // between a carrier and its customers
        || (a == 192 && b == 0 && c == 0) // protocols
        || (a == 192 && b == 88 && c == 99) // 6to4 relays
        || (a == 198 && (18..20).contains(&b))) // benchmarks
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [a, b, ..] = ip.segments();
    // Only 2000::/3 is handed out as global unicast; all private kinds lie outside.
    a & 0xe000 == 0x2000
        && !(a == 0x2001 && b < 0x0200) // protocols, Teredo among them
        && !(a == 0x2001 && b == 0x0db8) // documentation
        && a != 0x2002 // 6to4, which holds an IPv4 address
        && !(a == 0x3fff && b < 0x1000) // documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for ip in [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "198.17.0.1",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[tokio::test]
    async fn addresses() {
        for address in ["https://8.8.8.8/a.png", "http://8.8.8.8:8080/", " https://[2a00:1450::1]/"]
        {
            assert_eq!(check(address).await, Ok(()), "{address}");
        }
        for (address, why) in [
            ("https://127.0.0.1/", NotFetchable::Private),
            ("https://0x7f.1/", NotFetchable::Private),
            ("https://2130706433/", NotFetchable::Private),
            ("https://0177.0.0.1/", NotFetchable::Private),
            ("https://127.1/", NotFetchable::Private),
            ("https://①②⑦.0.0.1/", NotFetchable::Private),
            ("http://[::ffff:169.254.169.254]/latest/meta-data", NotFetchable::Private),
            ("https://localhost/", NotFetchable::Private),
            ("https://no-such-name.invalid/", NotFetchable::Unknown),
            ("https://a:b@8.8.8.8/", NotFetchable::Credentials),
            ("https://a@8.8.8.8/", NotFetchable::Credentials),
            ("ftp://8.8.8.8/", NotFetchable::Scheme),
            ("file:///etc/passwd", NotFetchable::Scheme),
            ("gopher://8.8.8.8/", NotFetchable::Scheme),
            ("https://", NotFetchable::Unreadable),
            ("8.8.8.8", NotFetchable::Unreadable),
        ] {
            assert_eq!(check(address).await, Err(why), "{address}");
        }
    }
}
