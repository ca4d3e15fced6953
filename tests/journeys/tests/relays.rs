//! What people do most, through each kind of relay: one that answers here, and one that forwards to
//! the playing provider.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Answer, Browser, Provider, Relay, enlarged, near, sample};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Who answers behind the relay.
enum Behind {
    Engine,
    Provider(Provider),
}

impl Behind {
    fn relay(&self, flags: &[&str]) -> Relay {
        let relay = match self {
            Self::Engine => Relay::without_key(),
            Self::Provider(provider) => Relay::with_key("SG_test", provider.origin()),
        };
        flags.iter().fold(relay, |relay, flag| relay.arg(*flag)).start()
    }

    /// A page whose next picture takes a while: seconds at the provider, about one here.
    async fn slow(&self, relay: &Relay) -> Browser {
        let page = Browser::with_photo(relay.url(), &enlarged("coffee.jpg", "coffee", 7)).await;
        page.click("#original_quality").await;
        page.seed(77).await;
        if let Self::Provider(provider) = self {
            provider.answers(Answer::picture().after(Duration::from_secs(4)));
        }
        page
    }

    fn assert_asked(&self, times: usize) {
        if let Self::Provider(provider) = self {
            assert_eq!(provider.asked().len(), times);
        }
    }
}

async fn a_photo_gets_a_new_background_and_is_saved(behind: Behind) {
    let relay = behind.relay(&[]);
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    page.choose_colour("#ff5733").await;
    let (file, result) = page.make().await;
    assert_eq!(file.file_name().unwrap(), "coffee-backdrop.png");
    match behind {
        Behind::Engine => {
            assert_eq!(page.destination().await, "On this machine");
            let corner = result.corners()[0];
            assert!(near(corner, [0xff, 0x57, 0x33, 0xff]), "a corner is {corner:?}");
        }
        Behind::Provider(ref provider) => {
            assert!(page.destination().await != "On this machine");
            let asked = provider.asked().remove(0);
            assert_eq!(asked.header("x-api-key"), "SG_test");
            assert!(!relay.log().contains("SG_test"), "the key is in the log");
        }
    }
    behind.assert_asked(1);
    page.assert_quiet().await;
}

async fn a_request_is_stopped_and_the_next_one_works(behind: Behind) {
    let relay = behind.relay(&[]);
    let page = behind.slow(&relay).await;
    page.click("#send").await;
    page.click("#cancel").await;
    let told = match behind {
        Behind::Engine => "#status",
        // It may be billed, which is more than a word in passing.
        Behind::Provider(_) => "#notice",
    };
    page.wait_for_text(told, "Stopped").await;
    page.gone("#cancel").await;
    assert_eq!(page.property("#seed", "value").await, "77");
    assert!(page.all("#failure").await.is_empty());
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    page.photo_is("cat.jpg").await;
    page.assert_quiet().await;
}

async fn what_the_site_forbids_is_told_at_its_field(behind: Behind) {
    let relay = behind.relay(&["--forbid", "seed"]);
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    page.seed(77).await;
    let text = page.send_in_vain("refused a setting (status 400)").await;
    assert!(text.contains("seed: is fixed by this site"), "{text}");
    page.click("#to-field").await;
    assert!(page.has_focus("#seed").await, "the focus is on {}", page.focused().await);
    page.photo_is("coffee.jpg").await;
    behind.assert_asked(0);
    page.assert_quiet_but_for(&["status of 400"]).await;
}

async fn a_picture_under_way_is_collected_after_a_reload(behind: Behind) {
    let relay = behind.relay(&[]);
    let page = behind.slow(&relay).await;
    page.click("#send").await;
    page.shown("#cancel").await;
    if let Behind::Provider(provider) = &behind {
        provider.wait_for_request(1).await;
    }
    page.reload().await;
    page.shown("#result").await;
    page.wait_for_text(".strip span", "seed 77").await;
    page.wait_for_text("#status", "Done in").await;
    let (file, _) = page.download().await;
    assert_eq!(
        file.file_name().unwrap().to_str().unwrap().split('.').next(),
        Some("coffee-backdrop")
    );
    behind.assert_asked(1);
    page.assert_quiet_but_for(&["status of 404"]).await;
}

async fn a_limit_is_counted_down_and_then_it_is_sent(behind: Behind) {
    let relay = behind.relay(&["--client-per-minute", "20"]);
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    // One more is free every three seconds.
    let use_up = "
        const one = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
        const ask = () => fetch('/v1/bria-replace-background', one);
        return Promise.all(Array.from({ length: 20 }, ask)).then(all => all.length);";
    assert_eq!(page.run(use_up, vec![]).await, 20);
    page.click("#send").await;
    let text = page.wait_for_text(".phase", "Sending again in").await;
    assert!(text.starts_with("Too many requests"), "{text}");
    page.shown("#result").await;
    behind.assert_asked(1);
    page.assert_quiet_but_for(&["status of 429", "status of 400"]).await;
}

/// Calls of the provider cost something, and the engine's work does not.
async fn a_days_budget_is_used_up_where_calls_cost(behind: Behind) {
    let relay = behind.relay(&["--calls-per-day", "1"]);
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    page.send().await;
    page.seed(77).await;
    match behind {
        Behind::Engine => page.send().await,
        // What ends soon is counted down.
        Behind::Provider(_) if until_midnight() < 660 => {
            page.click("#send").await;
            page.wait_for_text(".phase", "Sending again in").await;
        }
        Behind::Provider(_) => {
            let text = page.send_in_vain("Too many requests (status 429)").await;
            assert!(text.contains("budget for today is used up"), "{text}");
            assert!(text.contains("Nothing was billed"), "{text}");
        }
    }
    behind.assert_asked(1);
    page.assert_quiet_but_for(&["status of 429"]).await;
}

/// In seconds, UTC, when a budget begins anew.
fn until_midnight() -> u64 {
    let day = 24 * 60 * 60;
    day - SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() % day
}

macro_rules! journeys {
    ($kind:ident, $behind:expr, $($journey:ident)*) => {
        mod $kind {
            $(#[tokio::test]
            async fn $journey() {
                super::$journey($behind).await;
            })*
        }
    };
}

journeys! {
    answering_here, super::Behind::Engine,
    a_photo_gets_a_new_background_and_is_saved
    a_request_is_stopped_and_the_next_one_works
    what_the_site_forbids_is_told_at_its_field
    a_limit_is_counted_down_and_then_it_is_sent
    a_days_budget_is_used_up_where_calls_cost
}

// What the engine makes costs nothing: a page that is left asks for it anew.
journeys! {
    forwarding, super::Behind::Provider(journeys::Provider::start().await),
    a_photo_gets_a_new_background_and_is_saved
    a_request_is_stopped_and_the_next_one_works
    what_the_site_forbids_is_told_at_its_field
    a_picture_under_way_is_collected_after_a_reload
    a_limit_is_counted_down_and_then_it_is_sent
    a_days_budget_is_used_up_where_calls_cost
}
