//! Clients that wrk cannot play.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const PATH: &str = "/v1/bria-replace-background";

/// Clients that leave in the middle of their request, or of the reply, until `stop`.
pub fn vanishing(host: &str, stop: &Arc<AtomicBool>) {
    let body = format!(r#"{{"image":"{}"}}"#, "A".repeat(2_000_000));
    for turn in 0u64.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        // An error is the point: the relay may close first.
        let _ = vanish(host, &body, turn % 3);
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn vanish(host: &str, body: &str, how: u64) -> std::io::Result<()> {
    let mut client = TcpStream::connect(host)?;
    client.set_read_timeout(Some(Duration::from_secs(5)))?;
    client.write_all(head(host, body.len()).as_bytes())?;
    match how {
        0 => Ok(()),
        1 => client.write_all(&body.as_bytes()[..body.len() / 2]),
        _ => {
            client.write_all(body.as_bytes())?;
            client.read_exact(&mut [0; 100])
        }
    }
}

/// Sends the body again and again, waiting for each answer, until `stop`; returns how many were
/// pictures, and how many were not.
pub fn asking(host: &str, body: &str, pause: Duration, stop: &Arc<AtomicBool>) -> (u64, u64) {
    let (mut pictures, mut others) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        match ask(host, body) {
            Ok(true) => pictures += 1,
            _ => others += 1,
        }
        std::thread::sleep(pause);
    }
    (pictures, others)
}

fn ask(host: &str, body: &str) -> std::io::Result<bool> {
    let mut client = TcpStream::connect(host)?;
    client.write_all(head(host, body.len()).as_bytes())?;
    client.write_all(body.as_bytes())?;
    let mut reply = Vec::new();
    client.read_to_end(&mut reply)?;
    Ok(reply.starts_with(b"HTTP/1.1 200 "))
}

fn head(host: &str, length: usize) -> String {
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {length}\r\n\r\n"
    )
}
