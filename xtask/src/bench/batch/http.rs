//! Requests as a script would send them.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Sends one request; returns the status and the body, which ends with the connection.
pub fn send(origin: &str, method: &str, path: &str, body: &str) -> Result<(u16, Vec<u8>)> {
    let host = origin.trim_start_matches("http://");
    let mut connection = TcpStream::connect(host)?;
    connection.set_read_timeout(Some(Duration::from_secs(120)))?;
    write!(
        connection,
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut reply = Vec::new();
    connection.read_to_end(&mut reply)?;
    let end = reply.windows(4).position(|four| four == b"\r\n\r\n").context("no whole head")?;
    let head = String::from_utf8_lossy(&reply[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.with_context(|| format!("no status: {head}"))?, reply.split_off(end + 4)))
}

/// Sends one that must be answered with JSON.
pub fn json(origin: &str, method: &str, path: &str, body: &str) -> Result<Value> {
    let (status, body) = send(origin, method, path, body)?;
    if !(200..300).contains(&status) {
        bail!("{method} {path}: {status} {}", String::from_utf8_lossy(&body));
    }
    Ok(serde_json::from_slice(&body)?)
}
