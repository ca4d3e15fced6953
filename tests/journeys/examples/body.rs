//! From a file to a request's body: the page's own way against `FileReader.readAsDataURL` and
//! `JSON.stringify`, in one browser, turn by turn. `cargo xtask bench body` runs it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench fails by panicking and speaks by printing"
)]

use journeys::{Browser, Relay, noise};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Rounds that are timed, and rounds whose memory is watched: watching takes time itself.
const TIMED: usize = 9;
const WATCHED: usize = 3;

/// Watches long tasks and the call of `fetch`. The other way has an input of its own.
const PREPARE: &str = r#"
    window.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
        .observe({ type: "longtask" });
    const fetch = window.fetch;
    window.fetch = async (...request) => {
        window.called?.(performance.now());
        const response = await fetch(...request);
        window.answered?.(performance.now());
        return response;
    };
    const input = document.body.appendChild(document.createElement("input"));
    input.type = "file";
    input.id = "other";
    window.timed = async (way) => {
        await new Promise((done) => setTimeout(done, 300));
        tasks.length = 0;
        const start = performance.now();
        const called = new Promise((done) => (window.called = done));
        const answered = new Promise((done) => (window.answered = done));
        way();
        const times = [await called - start, await answered - start];
        // Long tasks are told a moment later.
        await new Promise((done) => setTimeout(done, 300));
        return [...times, Math.max(0, ...tasks)];
    };"#;

const OURS: &str = r#"
    const done = arguments[arguments.length - 1];
    const root = document.querySelector("backdrop-studio").shadowRoot;
    timed(() => root.querySelector('#send').click()).then(done);"#;

const OTHER: &str = r#"
    const [url, done] = arguments;
    const file = document.querySelector('#other').files[0];
    timed(() => {
        const reader = new FileReader();
        reader.onload = () => {
            const image = reader.result.slice(reader.result.indexOf(",") + 1);
            const body = JSON.stringify({ prompt: "In a parking lot", image });
            fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
        };
        reader.readAsDataURL(file);
    }).then(done);"#;

/// Milliseconds until `fetch` is called and until the server has all of it, of the longest task that
/// took 50 ms or more, and bytes.
#[derive(Default)]
struct Measured {
    called: Vec<f64>,
    answered: Vec<f64>,
    task: Vec<f64>,
    memory: Vec<f64>,
}

#[tokio::main]
async fn main() {
    let received = Arc::new(AtomicU64::new(0));
    let server = serve(&received);
    println!("file    way         to fetch       to the server  longest task   memory");
    // Three bytes a pixel, stored as they are: 1, 12 and 48 MiB.
    for (mebibytes, width, height) in [(1, 592, 589), (12, 2048, 2047), (48, 4096, 4094)] {
        let photo = noise(&format!("{mebibytes}.png"), width, height);
        let bytes = std::fs::metadata(&photo).unwrap().len();
        let relay = Relay::with_key("SG_bench", &server).start();
        let mut page = Browser::start().await;
        page.open_studio(relay.url()).await;
        let url = format!("{server}/v1/bria-replace-background");
        page.click("#connection").await;
        page.click("#connect-segmind").await;
        page.fill("#address", &url).await;
        page.fill("#key", "SG_bench").await;
        page.press("enter").await;
        page.gone("#connect").await;
        page.drop_photo(&photo).await;
        page.until_within(Duration::from_secs(120), "no copy is being made", || async {
            let making = page.all(".smaller").await.len() > page.all(".smaller button").await.len();
            (!making).then_some(())
        })
        .await;
        page.run(PREPARE, vec![]).await;
        page.within("body");
        page.pick_files("#other", &[photo]).await;
        let (mut ours, mut other) = (Measured::default(), Measured::default());
        for at in 0..TIMED + WATCHED {
            let watched = at >= TIMED;
            round(&page, OURS, vec![], watched, &mut ours).await;
            let length = received.swap(0, Ordering::Relaxed);
            round(&page, OTHER, vec![url.as_str().into()], watched, &mut other).await;
            assert_eq!(length, received.load(Ordering::Relaxed), "both send the same");
        }
        for (name, one) in [("ours", ours), ("FileReader", other)] {
            println!(
                "{mebibytes:2} MiB  {name:10}  {}  {}  {}  {:.1} × the file",
                spread(one.called),
                spread(one.answered),
                spread(one.task),
                one.memory.into_iter().fold(0.0, f64::max) / bytes as f64,
            );
        }
    }
    println!(
        "Milliseconds: least, median and most of {TIMED}; a longest task of 0 is one below 50. Memory: the \
         proportional set size of all of the browser's processes together, at its highest above what it \
         was before, the most of {WATCHED}."
    );
}

/// Takes whatever comes, and says no. It does as little as it can, as it runs beside the browser on
/// the same processor. `received` is the length of the last body.
fn serve(received: &Arc<AtomicU64>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let received = received.clone();
    std::thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let received = received.clone();
            std::thread::spawn(move || while answer(&connection, &received).is_some() {});
        }
    });
    origin
}

/// One request; none when the connection has ended.
fn answer(mut connection: &TcpStream, received: &AtomicU64) -> Option<()> {
    let mut reader = BufReader::with_capacity(256 << 10, connection);
    let (mut length, mut lines) = (0, 0);
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        let value = line.to_ascii_lowercase();
        if let Some(value) = value.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        lines += 1;
        line.clear();
    }
    if lines == 0 {
        return None;
    }
    if length > 0 {
        std::io::copy(&mut reader.take(length), &mut std::io::sink()).ok()?;
        received.store(length, Ordering::Relaxed);
    }
    let said = r#"{"error":"a bench"}"#;
    let answer = format!(
        "HTTP/1.1 {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         access-control-allow-origin: *\r\naccess-control-max-age: 600\r\n\
         access-control-allow-headers: content-type, x-api-key\r\n\r\n{said}",
        if length > 0 { "400 Bad Request" } else { "200 OK" },
        said.len(),
    );
    connection.write_all(answer.as_bytes()).ok()
}

async fn round(
    page: &Browser,
    script: &str,
    arguments: Vec<Value>,
    watched: bool,
    measured: &mut Measured,
) {
    page.cdp("HeapProfiler.collectGarbage", json!({})).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let browser = page.client().capabilities().unwrap()["goog:processID"].as_u64().unwrap();
    let before = held(browser);
    let over = Arc::new(AtomicBool::new(!watched));
    let watch = {
        let over = over.clone();
        std::thread::spawn(move || {
            let mut most = 0;
            while !over.load(Ordering::Relaxed) {
                most = most.max(held(browser));
                std::thread::sleep(Duration::from_millis(3));
            }
            most
        })
    };
    let result = page.client().execute_async(script, arguments).await;
    over.store(true, Ordering::Relaxed);
    let most = watch.join().unwrap();
    let result: Value = result.unwrap_or_else(|error| panic!("the script failed: {error}"));
    let number = |at: usize| result[at].as_f64().unwrap();
    if watched {
        measured.memory.push(most.saturating_sub(before) as f64);
    } else {
        measured.called.push(number(0));
        measured.answered.push(number(1));
        measured.task.push(number(2));
    }
}

/// Bytes that a process and all its children hold, what they share counted once.
fn held(root: u64) -> u64 {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok()) else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let after = stat.rsplit(") ").next().unwrap_or_default();
        let parent = after.split(' ').nth(1).and_then(|parent| parent.parse::<u64>().ok());
        parents.extend(parent.map(|parent| (id, parent)));
    }
    let mut family = HashSet::from([root]);
    loop {
        let before = family.len();
        for (id, parent) in &parents {
            if family.contains(parent) {
                family.insert(*id);
            }
        }
        if family.len() == before {
            break;
        }
    }
    let pss = |id: &u64| {
        let text = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()
    };
    family.iter().filter_map(pss).sum::<u64>() * 1024
}

fn spread(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    let [least, middle, most] = [0, values.len() / 2, values.len() - 1].map(|at| values[at]);
    format!("{least:4.0}·{middle:4.0}·{most:4.0}")
}
