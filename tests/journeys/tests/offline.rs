//! Our own page without a network: opened once, it opens again, the engine included, and a newer one is
//! told of and never forced on anybody.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as the tests themselves do")]

use journeys::{Browser, Kind, Relay, in_each_browser, sample, site};
use std::path::Path;
use tempfile::TempDir;

in_each_browser!(
    opened_once_it_works_without_a_network; but_webkit: a_newer_page_is_told_of_and_waits
);

/// What a browser itself logs where nobody answers.
const NOBODY: &[&str] = &["ERR_CONNECTION_REFUSED", "console-api", "Failed to load"];

/// A studio whose page this browser keeps whole.
async fn kept(kind: Kind, relay: &Relay) -> Browser {
    let page = Browser::start_as(kind).await;
    page.open_studio(relay.url()).await;
    page.until("the page is kept", || async {
        let script = "return Boolean(navigator.serviceWorker.controller)";
        page.run(script, vec![]).await.as_bool().filter(|kept| *kept)
    })
    .await;
    page
}

async fn opened_once_it_works_without_a_network(kind: Kind) {
    let relay = Relay::without_key().start();
    let page = kept(kind, &relay).await;
    let url = relay.url().to_owned();
    drop(relay);

    page.open_studio(&url).await;
    assert_eq!(page.destination().await, "On this machine");
    page.drop_photo(&sample("coffee")).await;
    page.click("#send").await;
    page.wait_for_text("#made-by", "Made on this machine").await;
    if kind == Kind::Chromium {
        page.screenshot("offline-result").await;
        page.assert_quiet_but_for(NOBODY).await;
    }
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy_all(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

/// Gives the page's scripts another version, as a build of other files does.
fn renew(site: &Path) {
    let script = std::fs::read_to_string(site.join("offline.js")).unwrap();
    let at = script.find("\"backdrop-page-\"").unwrap();
    let quoted = script[at..].split('"').nth(3).unwrap();
    let version = quoted.to_owned();
    assert_eq!(version.len(), 16, "{version}");
    for name in ["offline.js", "page.js"] {
        let text = std::fs::read_to_string(site.join(name)).unwrap();
        assert!(text.contains(&version), "{name}");
        std::fs::write(site.join(name), text.replace(&version, "0123456789abcdef")).unwrap();
        for end in [".br", ".gz"] {
            let _ = std::fs::remove_file(site.join(format!("{name}{end}")));
        }
    }
}

async fn a_newer_page_is_told_of_and_waits(kind: Kind) {
    let folder = TempDir::with_prefix("backdrop-site-").unwrap();
    copy_all(&site(), folder.path());
    let relay = Relay::without_key().site(folder.path()).start();
    let mut page = kept(kind, &relay).await;
    page.drop_photo(&sample("coffee")).await;
    renew(folder.path());
    // As when a person comes back to a tab.
    let update = "const all = await navigator.serviceWorker.getRegistrations(); await all[0].update(); return true";
    page.run(&format!("return (async () => {{ {update} }})()"), vec![]).await;
    page.within("body");
    page.wait_for_text("#newer", "A newer Backdrop is ready.").await;
    if kind == Kind::Chromium {
        page.screenshot("newer").await;
    }
    // It waits: the photo is still there.
    page.within("backdrop-studio");
    page.photo_is("coffee.jpg").await;
    page.within("body");
    page.click("#newer button").await;
    page.within("backdrop-studio");
    page.until("the page is the newer one", || async {
        let text = page.run("return fetch('page.js').then((reply) => reply.text())", vec![]).await;
        text.as_str().unwrap_or_default().contains("0123456789abcdef").then_some(())
    })
    .await;
    page.shown("#send").await;
    page.within("body");
    assert!(page.all("#newer").await.is_empty(), "the newer page speaks of itself");
}
