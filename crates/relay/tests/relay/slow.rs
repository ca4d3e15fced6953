//! Clients that take their time, on purpose or not.

use crate::help::{Relay, eventually};
use crate::provider::Provider;
use axum::http::StatusCode;
use backdrop_contract::PATH;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn rest(mut socket: TcpStream) -> String {
    let mut text = Vec::new();
    // The end may come as a reset.
    let read = tokio::time::timeout(Duration::from_secs(60), socket.read_to_end(&mut text)).await;
    assert!(read.is_ok(), "the connection is still open after a minute");
    String::from_utf8_lossy(&text).into_owned()
}

/// One byte a second of a head that never ends.
#[tokio::test]
async fn a_head_that_trickles_is_cut_off_with_a_reason() {
    let relay = Relay::answering(&[]);
    let started = Instant::now();
    let mut socket = TcpStream::connect(&relay.host).await.unwrap();
    let head = format!("GET / HTTP/1.1\r\nhost: {}\r\nx: {}", relay.host, "y".repeat(100));
    let (mut reading, mut writing) = socket.split();
    let sending = async {
        for byte in head.bytes() {
            if writing.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let mut text = vec![0; 4096];
    let length = tokio::select! {
        () = sending => panic!("it was never cut off"),
        length = reading.read(&mut text) => length.unwrap(),
    };
    let text = String::from_utf8_lossy(&text[..length]);
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    assert!(text.contains(r#""message":"the request's head took too long""#), "{text}");
    assert!((14..25).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
}

/// A body that comes a byte at a time holds its place for half a minute and no longer, whoever
/// answers.
#[tokio::test]
async fn a_body_that_trickles_is_told_and_billed_to_nobody() {
    let provider = Provider::saying(StatusCode::OK, &[], "a picture").await;
    let relays = [Relay::answering(&[]), Relay::forwarding(&provider.origin, &[])];
    let asked = relays.iter().map(|relay| async move {
        let mut socket = TcpStream::connect(&relay.host).await.unwrap();
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
             connection: close\r\ncontent-length: 1000\r\n\r\n",
            relay.host
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        let (mut reading, mut writing) = socket.into_split();
        let drip = tokio::spawn(async move {
            while writing.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let mut text = vec![0; 4096];
        let length = reading.read(&mut text).await.unwrap();
        drip.abort();
        String::from_utf8_lossy(&text[..length]).into_owned()
    });
    let started = Instant::now();
    let told = tokio::time::timeout(Duration::from_secs(60), futures(asked)).await.unwrap();
    for text in told {
        assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
        assert!(text.contains("too slowly; nothing was billed"), "{text}");
    }
    assert!(started.elapsed() > Duration::from_secs(25), "{:?}", started.elapsed());
    assert!(provider.seen().is_empty());
}

/// All of them at once.
async fn futures<T: Send + 'static>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut done = Vec::new();
    let mut all: Vec<_> = all.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        all.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}

/// Who takes nothing of the reply lets go of the provider, too.
#[tokio::test]
async fn a_reader_that_stands_still_is_dropped() {
    // More than the buffers on the way hold.
    let provider = Provider::saying(StatusCode::OK, &[], vec![b'x'; 64 << 20]).await;
    let relay = Relay::forwarding(&provider.origin, &["--metrics", "127.0.0.1:0"]);
    let mut socket = TcpStream::connect(&relay.host).await.unwrap();
    let body = r#"{"image":"YWI="}"#;
    let request = format!(
        "POST {PATH} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        relay.host,
        body.len()
    );
    let started = Instant::now();
    socket.write_all(request.as_bytes()).await.unwrap();
    let ended = || relay.log().contains("status=200");
    for _ in 0..50 {
        if ended() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(ended(), "{}", relay.log());
    assert!(started.elapsed() > Duration::from_secs(25), "{:?}", started.elapsed());
    assert!(rest(socket).await.len() < 64 << 20);
}

/// Connections that say nothing do not keep others out.
#[tokio::test]
async fn many_silent_connections_leave_room() {
    let relay = Relay::answering(&[]);
    let mut silent = Vec::new();
    for _ in 0..300 {
        let mut socket = TcpStream::connect(&relay.host).await.unwrap();
        socket.write_all(b"POST ").await.unwrap();
        silent.push(socket);
    }
    assert_eq!(relay.get("/healthz").await.status, StatusCode::OK);
    drop(silent);
    eventually("they are let go", || {
        let files = std::fs::read_dir(format!("/proc/{}/fd", relay.id())).unwrap();
        files.count() < 50
    })
    .await;
}
