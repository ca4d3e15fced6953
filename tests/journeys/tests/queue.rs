//! Many photos at once: sent a few at a time, none twice, through pauses, limits and reloads.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{
    Answer, Browser, Kind, Provider, Relay, file, in_each_browser, noise, npm, png, sample, site,
};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

in_each_browser!(forty_photos_are_made, a_reload_in_the_middle_loses_nothing);

const MINUTE: Duration = Duration::from_secs(60);

/// So many photos, each unlike the others.
fn photos(count: u8) -> Vec<PathBuf> {
    (1..=count)
        .map(|at| file(&format!("cup-{at:02}.png"), &png(64, 48, [at * 5, 90, 200])))
        .collect()
}

struct Place {
    provider: Provider,
    relay: Relay,
    page: Browser,
    /// The relay's journal.
    _folder: TempDir,
}

/// A page at a relay that keeps its journal, with a provider that takes so long.
async fn open(kind: Kind, answers_after: u64) -> Place {
    let provider = Provider::start().await;
    provider.always(Answer::picture().after(Duration::from_millis(answers_after)));
    let folder = TempDir::new().unwrap();
    let relay = Relay::with_key("SG_test", provider.origin());
    let relay = relay.journal(folder.path().join("journal.sqlite")).start();
    let page = Browser::start_as(kind).await;
    page.open_studio(relay.url()).await;
    Place { provider, relay, page, _folder: folder }
}

/// Gives the studio all of them at once.
async fn give(page: &Browser, photos: &[PathBuf]) {
    match page.kind() {
        Kind::Chromium => page.drop_files(".stage", photos).await,
        _ => page.pick_files("#image", photos).await,
    }
}

async fn wait_for_rows(page: &Browser, state: &str, count: usize) {
    let css = format!("#queue li[data-state='{state}']");
    page.until_within(MINUTE, &format!("{count} are {state}"), || async {
        (page.all(&css).await.len() == count).then_some(())
    })
    .await;
}

/// How often each photo came to the provider.
fn times_asked(provider: &Provider) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    for asked in provider.asked() {
        *times.entry(asked.json()["image"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    times
}

fn assert_each_once(provider: &Provider, count: usize) {
    let times = times_asked(provider);
    assert_eq!(times.len(), count, "each photo is sent");
    assert!(times.values().all(|times| *times == 1), "none twice: {:?}", times.values());
}

async fn title(page: &Browser) -> String {
    page.text("#queue-title").await
}

async fn forty_photos_are_made(kind: Kind) {
    let Place { provider, page, relay: _relay, _folder } = open(kind, 100).await;
    let mut all = photos(40);
    all.insert(7, file("notes.txt.png", b"no picture at all"));
    give(&page, &all).await;
    wait_for_rows(&page, "waiting", 40).await;
    wait_for_rows(&page, "not-taken", 1).await;
    page.wait_for_text("#queue [data-state='not-taken']", "is not a picture").await;
    page.wait_for_text("#send", "Make 40 pictures").await;
    page.wait_for_text("#queue-about", "40 pictures are 40 requests, each of them paid").await;
    assert_eq!(provider.asked().len(), 0, "nothing goes before the press");
    if kind == Kind::Chromium {
        page.screenshot("queue-ready").await;
    }
    page.click("#send").await;
    page.wait_for_text("#send", "Pause").await;
    wait_for_rows(&page, "done", 40).await;
    assert_eq!(title(&page).await, "40 of 40 made");
    page.wait_for_text("#status", "40 pictures are ready.").await;
    page.wait_for_text("#send", "Nothing is left").await;
    assert_each_once(&provider, 40);
    if kind != Kind::Chromium {
        return;
    }
    page.screenshot("queue-done").await;

    page.click("#queue-download").await;
    let file = page.next_download().await;
    assert_eq!(file.file_name().unwrap(), "backdrop-pictures.zip");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
    let names: HashSet<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names.len(), 41);
    assert!(names.contains("cup-01-in-a-parking-lot.png"), "{names:?}");
    let mut table = String::new();
    zip.by_name("settings.csv").unwrap().read_to_string(&mut table).unwrap();
    let table = table.trim_start_matches('\u{feff}');
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<HashMap<String, String>> = rows.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 41);
    let done: Vec<_> = rows.iter().filter(|row| row["outcome"] == "done").collect();
    assert_eq!(done.len(), 40);
    for row in done {
        assert!(names.contains(&row["file"]), "{row:?}");
        assert_eq!((&*row["prompt"], &*row["width"]), ("In a parking lot", "320"));
        let mut bytes = Vec::new();
        zip.by_name(&row["file"]).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 320);
    }
    let not_taken = rows.iter().find(|row| row["outcome"] == "not taken").unwrap();
    assert!(not_taken["failure"].contains("not a picture") && not_taken["file"].is_empty());

    // What one costs and takes is known by now.
    give(&page, &[sample("coffee")]).await;
    let about = page.wait_for_text("#queue-about", "1 picture costs about").await;
    assert!(about.contains("about 0."), "{about}");

    // One of them on the stage, and back.
    page.click("#queue li[data-state='done'] button.thumb").await;
    page.shown("#result").await;
    page.click("#to-queue").await;
    page.shown("#queue").await;
    assert!(page.has_focus("#queue-title").await);
    page.assert_quiet().await;
}

async fn a_reload_in_the_middle_loses_nothing(kind: Kind) {
    let Place { provider, page, relay: _relay, _folder } = open(kind, 700).await;
    give(&page, &photos(12)).await;
    wait_for_rows(&page, "waiting", 12).await;
    if kind == Kind::WebKit {
        // It is driven in a private session, which stores no files: that is said, and what is paid
        // for is collected.
        page.wait_for_text("#notice", "does not keep the queue").await;
        page.click("#send").await;
        provider.wait_for_request(3).await;
        page.reload().await;
        page.until_within(MINUTE, "what was under way is there", || async {
            let there = page.all(".strip li").await.len();
            (there >= 3 && there == provider.asked().len()).then_some(())
        })
        .await;
        assert!(times_asked(&provider).values().all(|times| *times == 1));
        return;
    }
    page.click("#send").await;
    provider.wait_for_request(4).await;
    page.reload().await;
    page.wait_for_text("#queue-title", "of 12 made").await;
    wait_for_rows(&page, "done", 12).await;
    assert_each_once(&provider, 12);
    // What is made stays, too.
    page.reload().await;
    wait_for_rows(&page, "done", 12).await;
    page.click("#queue-clear").await;
    page.gone("#queue").await;
    page.reload().await;
    page.shown("#send").await;
    page.shown(".welcome").await;
    assert!(page.all("#queue").await.is_empty());
    assert_each_once(&provider, 12);
    if kind == Kind::Chromium {
        // Where the page went before the relay had one, it asks in vain, and sends it again.
        page.assert_quiet_but_for(&["status of 404"]).await;
    }
}

#[tokio::test]
async fn too_much_is_answered_with_patience() {
    let Place { provider, page, relay: _relay, _folder } = open(Kind::Chromium, 100).await;
    give(&page, &photos(10)).await;
    wait_for_rows(&page, "waiting", 10).await;
    for _ in 0..4 {
        provider.answers(Answer::picture().after(Duration::from_millis(100)));
    }
    for _ in 0..2 {
        provider.answers(Answer::TooMany { wait_seconds: 2 });
    }
    page.click("#send").await;
    wait_for_rows(&page, "done", 10).await;
    let times = times_asked(&provider);
    assert_eq!(provider.asked().len(), 12, "two were told to come later");
    assert!(times.len() == 10 && times.values().all(|times| *times <= 3), "{:?}", times.values());
    page.assert_quiet_but_for(&["status of 429"]).await;
}

#[tokio::test]
async fn it_pauses_goes_on_and_tries_again() {
    let Place { provider, page, relay: _relay, _folder } = open(Kind::Chromium, 300).await;
    let all = photos(6);
    give(&page, &all).await;
    wait_for_rows(&page, "waiting", 6).await;
    provider.answers(Answer::Moderated);
    page.click("#send").await;
    page.wait_for_text("#send", "Pause").await;
    provider.wait_for_request(2).await;
    page.listen().await;
    page.click("#send").await;
    page.wait_for_text("#send", "Go on").await;
    page.until("it is said", || async {
        page.heard().await.iter().any(|said| said.contains("Paused")).then_some(())
    })
    .await;
    page.until("what was under way has ended", || async {
        page.all("#queue [data-state='under-way']").await.is_empty().then_some(())
    })
    .await;
    let sent = provider.asked().len();
    assert!(sent < 6, "{sent} were sent");
    // More may come meanwhile; one that is there already does not come twice.
    give(&page, &[sample("coffee"), all[0].clone()]).await;
    page.wait_for_text("#notice", "1 photo is in the queue already").await;
    page.until("it is read", || async {
        (page.all("#queue [data-state='arriving']").await.is_empty()).then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(provider.asked().len(), sent, "a pause is a pause");
    page.click("#send").await;
    wait_for_rows(&page, "failed", 1).await;
    wait_for_rows(&page, "done", 6).await;
    page.wait_for_text("#queue li[data-state='failed'] small", "did not pass the content check")
        .await;
    page.wait_for_text("#queue-retry", "Send 1 failed one again").await;
    page.click("#queue-retry").await;
    wait_for_rows(&page, "done", 7).await;
    assert!(page.has_focus("#queue-title").await);
    assert_eq!(provider.asked().len(), 8);
    page.assert_quiet_but_for(&["status of 422"]).await;
}

#[tokio::test]
async fn each_may_have_a_prompt_of_its_own() {
    let Place { provider, page, relay: _relay, _folder } = open(Kind::Chromium, 0).await;
    give(&page, &photos(3)).await;
    wait_for_rows(&page, "waiting", 3).await;
    page.click("#queue li:nth-child(2) summary").await;
    page.type_into("#queue li:nth-child(2) textarea", "on a beach").await;
    page.press("tab").await;
    page.retype("#prompt", "in a forest").await;
    page.click("#send").await;
    wait_for_rows(&page, "done", 3).await;
    let mut prompts: Vec<_> = provider
        .asked()
        .iter()
        .map(|asked| asked.json()["prompt"].as_str().unwrap().to_owned())
        .collect();
    prompts.sort();
    assert_eq!(prompts, ["in a forest", "in a forest", "on a beach"]);
    page.assert_quiet().await;
}

#[tokio::test]
async fn without_credits_it_stops_and_says_so() {
    let Place { provider, page, relay: _relay, _folder } = open(Kind::Chromium, 300).await;
    give(&page, &photos(8)).await;
    wait_for_rows(&page, "waiting", 8).await;
    provider.answers(Answer::picture());
    provider.always(Answer::NoCredits);
    page.click("#send").await;
    let why = page.wait_for_text("#queue-why", "The queue has stopped").await;
    assert!(why.to_lowercase().contains("credits"), "{why}");
    wait_for_rows(&page, "waiting", 7).await;
    assert!(provider.asked().len() <= 4, "no more than were on their way");
    provider.always(Answer::picture());
    page.click("#send").await;
    wait_for_rows(&page, "done", 8).await;
    page.assert_quiet_but_for(&["status of 406"]).await;
}

#[tokio::test]
async fn another_tab_leaves_it_alone() {
    let Place { provider, relay, page, _folder } = open(Kind::Chromium, 1_000).await;
    give(&page, &photos(5)).await;
    wait_for_rows(&page, "waiting", 5).await;
    page.click("#send").await;
    provider.wait_for_request(1).await;
    let first = page.client().window().await.unwrap();
    let other = page.client().new_window(true).await.unwrap().handle;
    page.client().switch_to_window(other).await.unwrap();
    page.open_studio(relay.url()).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(page.all("#queue").await.is_empty(), "two tabs do not send one queue");
    page.client().close_window().await.unwrap();
    page.client().switch_to_window(first).await.unwrap();
    wait_for_rows(&page, "done", 5).await;
    assert_each_once(&provider, 5);
}

#[tokio::test]
async fn a_closed_tab_goes_on_in_the_next_one() {
    let Place { provider, relay, page, _folder } = open(Kind::Chromium, 500).await;
    give(&page, &photos(6)).await;
    wait_for_rows(&page, "waiting", 6).await;
    page.click("#send").await;
    provider.wait_for_request(2).await;
    let first = page.client().window().await.unwrap();
    let other = page.client().new_window(true).await.unwrap().handle;
    page.client().switch_to_window(first).await.unwrap();
    page.client().close_window().await.unwrap();
    page.client().switch_to_window(other).await.unwrap();
    page.open_studio(relay.url()).await;
    wait_for_rows(&page, "done", 6).await;
    assert_each_once(&provider, 6);
}

#[tokio::test]
async fn after_a_reload_it_waits_for_its_key() {
    let here = Provider::start_with_site(&site(), 60).await;
    let provider = Provider::start().await;
    provider.always(Answer::picture().after(Duration::from_millis(1_500)));
    let page = Browser::start().await;
    page.open_studio(here.origin()).await;
    page.use_key(&provider.endpoint(), "SG_mine").await;
    give(&page, &photos(5)).await;
    wait_for_rows(&page, "waiting", 5).await;
    page.click("#send").await;
    wait_for_rows(&page, "under-way", 3).await;
    provider.wait_for_request(3).await;
    page.reload().await;
    page.wait_for_text("#queue-why", "waits for its key").await;
    // What was on its way to a provider without a journal: only the person can say.
    wait_for_rows(&page, "unsure", 3).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(provider.asked().len(), 3, "nothing is sent by itself");
    page.use_key(&provider.endpoint(), "SG_mine").await;
    wait_for_rows(&page, "done", 2).await;
    assert_eq!(provider.asked().len(), 5);
    wait_for_rows(&page, "unsure", 3).await;
    page.click("#queue li[data-state='unsure'] .acts button").await;
    wait_for_rows(&page, "done", 3).await;
    assert_eq!(provider.asked().len(), 6);
    let kept = page.run("return JSON.stringify({ ...localStorage })", vec![]).await;
    assert!(!kept.as_str().unwrap().contains("SG_mine"));
}

#[tokio::test]
async fn a_network_that_goes_away_loses_nothing() {
    let Place { provider, page, relay: _relay, _folder } = open(Kind::Chromium, 800).await;
    give(&page, &photos(6)).await;
    wait_for_rows(&page, "waiting", 6).await;
    page.click("#send").await;
    provider.wait_for_request(2).await;
    page.offline(true).await;
    page.wait_for_text("#queue-why", "The queue has stopped").await;
    page.offline(false).await;
    page.until_within(MINUTE, "all are made", || async {
        if page.text("#send").await.starts_with("Go on") {
            page.click("#send").await;
        }
        (page.all("#queue li[data-state='done']").await.len() == 6).then_some(())
    })
    .await;
    assert_each_once(&provider, 6);
    page.assert_quiet_but_for(&["net::ERR_"]).await;
}

#[tokio::test]
async fn leaving_asks_while_paid_ones_are_under_way() {
    let Place { provider, page, relay: _relay, _folder } = open(Kind::Chromium, 2_000).await;
    give(&page, &photos(2)).await;
    wait_for_rows(&page, "waiting", 2).await;
    let asks = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))";
    assert_eq!(page.run(asks, vec![]).await, false);
    page.click("#send").await;
    provider.wait_for_request(1).await;
    assert_eq!(page.run(asks, vec![]).await, true);
    wait_for_rows(&page, "done", 2).await;
    assert_eq!(page.run(asks, vec![]).await, false);
}

#[tokio::test]
async fn too_large_ones_and_too_many() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.open_studio(&format!("{}/", relay.url())).await;
    page.ask_studio("studio.setAttribute('max-bytes', '20000')").await;
    let large = [noise("noise-1.png", 100, 100), noise("noise-2.png", 120, 100)];
    let mut all = large.to_vec();
    all.extend(photos(2));
    give(&page, &all).await;
    wait_for_rows(&page, "too-large", 2).await;
    wait_for_rows(&page, "waiting", 2).await;
    page.wait_for_text("#send", "Make 2 pictures").await;
    page.wait_for_text("#queue-smaller", "Use smaller copies of 2 photos").await;
    page.click("#queue-smaller").await;
    wait_for_rows(&page, "waiting", 4).await;
    // On this machine it costs nothing.
    page.wait_for_text("#queue-about", "at no cost").await;
    let many: Vec<_> =
        (0..200_u8).map(|at| file(&format!("dot-{at}.png"), &png(2, 2, [at, 1, 2]))).collect();
    give(&page, &many).await;
    page.wait_for_text("#notice", "A queue takes 200 photos: 4 were left out").await;
    assert_eq!(page.all("#queue .rows li").await.len(), 200);
    page.assert_quiet().await;
}

#[tokio::test]
async fn by_keyboard_alone() {
    let Place { provider, page, relay: _relay, _folder } = open(Kind::Chromium, 200).await;
    give(&page, &photos(3)).await;
    wait_for_rows(&page, "waiting", 3).await;
    // The browser puts the focus where it was; from the start of the page on.
    page.tab_to("#queue-clear").await;
    page.tab_to("#queue li:nth-child(1) summary").await;
    page.press("enter").await;
    page.tab_to("#queue li:nth-child(1) textarea").await;
    page.type_here("on sand").await;
    page.tab_to("#queue li:nth-child(3) [aria-label='Remove cup-03.png']").await;
    page.press("enter").await;
    wait_for_rows(&page, "waiting", 2).await;
    page.until("the focus has a place", || async {
        page.has_focus("#queue-title").await.then_some(())
    })
    .await;
    page.press("ctrl+enter").await;
    wait_for_rows(&page, "done", 2).await;
    let prompts: HashSet<String> = provider
        .asked()
        .iter()
        .map(|asked| asked.json()["prompt"].as_str().unwrap().to_owned())
        .collect();
    assert!(prompts.contains("on sand") && prompts.len() == 2, "{prompts:?}");
    page.assert_quiet().await;
}

/// What axe-core finds in the queue's states.
#[tokio::test]
async fn it_is_accessible() {
    let Place { provider, page, relay: _relay, _folder } = open(Kind::Chromium, 300).await;
    let axe = std::fs::read_to_string(npm("axe-core/axe.min.js")).unwrap();
    page.run(&axe, vec![]).await;
    let look = async |at: &str| {
        let script = "
            return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
                violations.flatMap(({ id, help, nodes }) =>
                    nodes.map(({ target, failureSummary }) => [id, help, target.flat(), failureSummary])));";
        assert_eq!(page.run(script, vec![]).await, json!([]), "{at}");
        page.screenshot(&format!("queue-{at}")).await;
    };
    let mut all = photos(4);
    all.push(file("notes.png", b"no picture"));
    give(&page, &all).await;
    wait_for_rows(&page, "waiting", 4).await;
    look("wide").await;
    provider.answers(Answer::Moderated);
    page.click("#send").await;
    provider.wait_for_request(2).await;
    look("running").await;
    wait_for_rows(&page, "done", 3).await;
    look("ended").await;
    page.viewport(320, 640).await;
    look("narrow").await;
    let wide = "
        const root = document.querySelector('backdrop-studio').shadowRoot;
        return [...root.querySelectorAll('#queue *')].filter((one) => {
            const box = one.getBoundingClientRect();
            return !one.closest('.unseen, svg') && box.width > 0 && box.right > innerWidth + 1;
        }).map((one) => one.outerHTML.slice(0, 120))";
    assert_eq!(page.run(wide, vec![]).await, json!([]), "stands out of the window");
    page.assert_quiet_but_for(&["status of 422"]).await;
}

#[tokio::test]
async fn it_is_handed_over_and_collected_later() {
    let Place { provider, relay, page, _folder } = open(Kind::Chromium, 1_000).await;
    let all = photos(9);
    give(&page, &all[..3]).await;
    wait_for_rows(&page, "waiting", 3).await;
    assert!(page.all("#queue-hand-over").await.is_empty(), "a few are not worth it");
    give(&page, &all).await;
    wait_for_rows(&page, "waiting", 9).await;
    page.click("#queue li:nth-child(2) summary").await;
    page.type_into("#queue li:nth-child(2) textarea", "on a beach").await;
    page.press("tab").await;
    page.click("#queue-hand-over").await;
    page.wait_for_text("#status", "This page may be closed").await;
    wait_for_rows(&page, "away", 9).await;
    page.screenshot("queue-away").await;

    let first = page.client().window().await.unwrap();
    let other = page.client().new_window(true).await.unwrap().handle;
    page.client().switch_to_window(first).await.unwrap();
    page.client().close_window().await.unwrap();
    page.client().switch_to_window(other).await.unwrap();
    provider.wait_for_request(5).await;
    page.open_studio(relay.url()).await;
    wait_for_rows(&page, "done", 9).await;
    assert_each_once(&provider, 9);
    let prompts: Vec<_> = provider
        .asked()
        .iter()
        .map(|asked| asked.json()["prompt"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(prompts.iter().filter(|prompt| *prompt == "on a beach").count(), 1);
    page.click("#queue-download").await;
    let file = page.next_download().await;
    let zip = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
    assert_eq!(zip.len(), 10);
    page.assert_quiet().await;
}

#[tokio::test]
async fn another_tab_watches_what_was_handed_over() {
    let Place { provider, relay, page, _folder } = open(Kind::Chromium, 3_000).await;
    give(&page, &photos(12)).await;
    wait_for_rows(&page, "waiting", 12).await;
    page.click("#queue-hand-over").await;
    page.wait_for_text("#status", "This page may be closed").await;

    let first = page.client().window().await.unwrap();
    let other = page.client().new_window(true).await.unwrap().handle;
    page.client().switch_to_window(other.clone()).await.unwrap();
    page.open_studio(relay.url()).await;
    page.wait_for_text("#queue", "Another tab of this browser collects the pictures").await;
    assert_eq!(page.all("#queue li").await.len(), 12);
    assert!(page.all("#queue li .acts button").await.is_empty(), "it only looks");
    page.until("the first picture is seen", || async {
        (!page.all("#queue li[data-state='done'] img").await.is_empty()).then_some(())
    })
    .await;
    page.screenshot("queue-beside").await;

    // What is made here has nothing to do with it, and it can be looked at again.
    page.click("#queue-put-away").await;
    page.gone("#queue").await;
    assert!(page.has_focus("#image").await);
    page.drop_photo(&sample("coffee")).await;
    assert!(page.all("#queue").await.is_empty());
    page.click("#reset").await;
    page.reload().await;
    page.wait_for_text("#queue", "Another tab of this browser collects the pictures").await;

    // The one that collects goes; the other one does it from here on.
    page.client().switch_to_window(first).await.unwrap();
    page.client().close_window().await.unwrap();
    page.client().switch_to_window(other).await.unwrap();
    wait_for_rows(&page, "done", 12).await;
    page.wait_for_text("#status", "12 pictures are ready").await;
    page.shown("#queue-clear").await;
    assert_each_once(&provider, 12);
    page.assert_quiet().await;
}
