//! The page and its files.

use crate::help::{Relay, Reply};
use axum::body::Body;
use axum::http::StatusCode;
use std::fs;
use std::path::Path;

const HASHED: &str = "backdrop-studio-95de44c543225020_bg.wasm";

fn built() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("index.html", "<!doctype html><title>Backdrop</title>");
    write(HASHED, "\0asm");
    write(&format!("{HASHED}.br"), "as brotli");
    write(&format!("{HASHED}.gz"), "as gzip");
    write("worker.js", "self");
    folder
}

fn served(folder: &Path) -> Relay {
    Relay::answering(&["--site", folder.to_str().unwrap()])
}

async fn get_with(relay: &Relay, path: &str, headers: &[(&str, &str)]) -> Reply {
    relay.send(relay.request("GET", path, headers, Body::empty())).await
}

#[tokio::test]
async fn the_page_its_types_and_how_long_they_are_kept() {
    let folder = built();
    let relay = served(folder.path());
    let immutable = "public, max-age=31536000, immutable";
    for (path, kind, kept) in [
        ("/", "text/html", "no-cache"),
        ("/index.html", "text/html", "no-cache"),
        ("/worker.js", "text/javascript", "no-cache"),
        (&format!("/{HASHED}"), "application/wasm", immutable),
    ] {
        let reply = relay.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert!(reply.header("content-type").starts_with(kind), "{reply:?}");
        assert_eq!(reply.header("cache-control"), kept, "{path}");
        let tag = reply.header("etag");
        assert!(!tag.is_empty());
        let again = get_with(&relay, path, &[("if-none-match", tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(again.header("cache-control"), kept, "{path}");
    }
}

#[tokio::test]
async fn packed_files_are_used_where_they_are_understood() {
    let folder = built();
    let relay = served(folder.path());
    let path = format!("/{HASHED}");
    for (accepted, encoding, text) in
        [("br, gzip", "br", "as brotli"), ("gzip", "gzip", "as gzip"), ("identity", "", "\0asm")]
    {
        let reply = get_with(&relay, &path, &[("accept-encoding", accepted)]).await;
        assert_eq!(reply.header("content-encoding"), encoding);
        assert_eq!(reply.text(), text);
        assert_eq!(reply.header("content-type"), "application/wasm");
        assert_eq!(reply.header("vary"), "accept-encoding");
    }
}

#[tokio::test]
async fn every_answer_of_the_site_carries_its_protection() {
    let folder = built();
    let relay = served(folder.path());
    for path in ["/", "/worker.js", "/missing", &format!("/{HASHED}")] {
        let reply = relay.get(path).await;
        let policy = reply.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "img-src 'self' blob: data: https:",
            "connect-src 'self' https://api.segmind.com https://engine.prod.bria-api.com https://fal.run",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.split("; ").any(|one| one == rule), "{rule} is not in {policy}");
        }
        assert!(!policy.contains("unsafe-inline"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
        assert!(reply.header("permissions-policy").starts_with("camera=(self), "));
        assert!(!reply.headers.keys().any(|name| name.as_str().starts_with("access-control")));
    }
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let outer = tempfile::tempdir().unwrap();
    fs::write(outer.path().join("secret.txt"), "secret").unwrap();
    let inner = outer.path().join("dist");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("index.html"), "page").unwrap();
    let relay = served(&inner);
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/a/../../secret.txt",
        "/%2fetc/passwd",
        "/.%00./secret.txt",
    ] {
        let reply = relay.get(path).await;
        assert!(reply.status.is_client_error(), "{path} gave {reply:?}");
        assert!(!reply.text().contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn a_missing_file_is_missing_for_now_only() {
    let folder = built();
    let relay = served(folder.path());
    for path in ["/missing", "/old-0123456789abcdef.js"] {
        let reply = relay.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert_eq!(reply.header("cache-control"), "no-cache");
        assert!(reply.text().contains("no such page"));
    }
}

#[tokio::test]
async fn a_page_that_is_not_built_says_how_to_build_it() {
    let folder = tempfile::tempdir().unwrap();
    let relay = served(&folder.path().join("none"));
    relay.logged("cargo xtask serve").await;
    let reply = relay.get("/").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.text().contains("cargo xtask serve"));
    assert!(reply.header("content-type").starts_with("text/plain"));
    // The endpoint works without a page.
    assert_eq!(relay.post("{}").await.error(), "image: is missing");
}

#[tokio::test]
async fn an_upstream_of_ones_own_is_in_the_policy() {
    let folder = built();
    let flags = ["--site", folder.path().to_str().unwrap()];
    let relay = Relay::forwarding("http://127.0.0.1:9", &flags);
    let reply = relay.get("/").await;
    assert!(
        reply.header("content-security-policy").contains("https://fal.run http://127.0.0.1:9;")
    );
}

/// `cargo xtask test` builds the page first, and the program with it.
#[cfg(feature = "page")]
#[tokio::test]
async fn the_page_inside_the_program_is_served_as_from_a_folder() {
    let relay = Relay::answering(&[]);
    let page = relay.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(page.header("cache-control"), "no-cache");
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    // The script of a fixed name knows the names that hold a hash.
    let script = relay.get("/backdrop-studio.js").await.text();
    let wasm = script.split('"').find(|part| part.ends_with(".wasm")).unwrap();
    let path = &format!("/{}", wasm.trim_start_matches(['.', '/']));
    let plain = relay.get(path).await;
    assert!(plain.body.starts_with(b"\0asm"));
    assert_eq!(plain.header("content-type"), "application/wasm");
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    let mut tags = vec![plain.header("etag").to_owned()];
    for (accepted, encoding) in [("br, gzip", "br"), ("gzip", "gzip")] {
        let packed = get_with(&relay, path, &[("accept-encoding", accepted)]).await;
        assert_eq!(packed.header("content-encoding"), encoding);
        assert_eq!(packed.header("vary"), "accept-encoding");
        assert!(packed.body.len() * 2 < plain.body.len());
        tags.push(packed.header("etag").to_owned());
    }
    let again = get_with(&relay, path, &[("if-none-match", &tags[0])]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
    let head = relay.send(relay.request("HEAD", path, &[], Body::empty())).await;
    assert_eq!(head.header("content-length"), plain.body.len().to_string());
    for missing in ["/missing", "/old-0123456789abcdef.js", "/../Cargo.toml", "/snippets"] {
        assert_eq!(relay.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    // A folder that is named wins.
    let folder = built();
    assert!(served(folder.path()).get(&format!("/{HASHED}")).await.status.is_success());
}

#[tokio::test]
async fn the_full_network_is_served_by_its_content_and_only_then() {
    let folder = built();
    let weights = folder.path().join("elsewhere");
    fs::write(&weights, "weights").unwrap();
    // Its SHA-256 begins so.
    let path = "/u2net-9a129038d9a00aed.bin";
    let site = folder.path().to_str().unwrap();
    let relay = Relay::answering(&["--site", site, "--weights", weights.to_str().unwrap()]);
    for method in ["HEAD", "GET"] {
        let reply = relay.send(relay.request(method, path, &[], Body::empty())).await;
        assert_eq!(reply.status, StatusCode::OK, "{method}");
        assert_eq!(reply.header("content-length"), "7");
        assert_eq!(reply.header("content-type"), "application/octet-stream");
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.text(), if method == "GET" { "weights" } else { "" });
    }
    for other in ["/u2net-0702eff5c580f785.bin", "/u2net-.bin", "/elsewhere.bin"] {
        assert_eq!(relay.get(other).await.status, StatusCode::NOT_FOUND, "{other}");
    }
    // A copy among the page's files is theirs.
    fs::write(folder.path().join(&path[1..]), "another").unwrap();
    assert_eq!(relay.get(path).await.text(), "another");

    // Where there are no weights nobody is told that there are.
    let none = served(folder.path());
    fs::remove_file(folder.path().join(&path[1..])).unwrap();
    assert_eq!(none.get(path).await.status, StatusCode::NOT_FOUND);
}
