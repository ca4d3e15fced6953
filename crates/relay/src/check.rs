//! Asks the relay that runs whether it is ready, for a container without another program to ask.

use axum::http::header;
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(3);

/// Whether `/readyz` says yes at the address that a relay listens on.
///
/// # Errors
/// When nobody listens there, or does not answer within 3 s.
pub fn is_ready(listen: SocketAddr) -> io::Result<bool> {
    let address = reachable(listen);
    let mut relay = TcpStream::connect_timeout(&address, PATIENCE)?;
    relay.set_read_timeout(Some(PATIENCE))?;
    write!(relay, "GET /readyz HTTP/1.1\r\n{}: {address}\r\n\r\n", header::HOST)?;
    let mut status = [0; 12];
    relay.read_exact(&mut status)?;
    Ok(status.ends_with(b" 200"))
}

/// An address of this machine, where all of them are listened on.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_include_this_machines() {
        for (listen, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
