//! The room where things are kept, by itself: its module in a real browser, its files read by others.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use base64::Engine as _;
use journeys::{Browser, Kind, Site, in_each_browser};
use serde_json::{Value, json};
use std::io::{Cursor, Read as _, Write as _};

// A driven WebKit is a private one, which stores no file.
in_each_browser!(
    what_belongs_together_is_written_together,
    tabs_do_not_undo_each_other,
    a_zip_is_read_by_other_programs,
    a_table_is_read_by_other_programs;
    but_webkit: records_come_back
);

async fn open(kind: Kind) -> (Site, Browser) {
    let site = Site::start("").await;
    let page = Browser::start_as(kind).await;
    page.goto(&format!("{}/", site.origin())).await;
    (site, page)
}

/// Runs the body of an async function that has the room's module as `room`.
async fn ask(site: &Site, page: &Browser, body: &str) -> Value {
    let script = format!(
        "window.__answer = undefined;
        import('/backdrop/{}').then(async (room) => {{ {body} }}).then(
            (value) => (window.__answer = JSON.stringify({{ value }})),
            (error) => (window.__answer = JSON.stringify({{ error: `${{error.name}}: ${{error.message}}` }})));",
        site.room()
    );
    page.run(&script, vec![]).await;
    let answer = page
        .until("the room answers", || async {
            page.run("return window.__answer", vec![]).await.as_str().map(str::to_owned)
        })
        .await;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert!(answer.get("error").is_none(), "{answer}");
    answer.get("value").cloned().unwrap_or_default()
}

async fn records_come_back(kind: Kind) {
    let (site, page) = open(kind).await;
    let kept = "
        const blob = new Blob(['some bytes'], { type: 'image/png' });
        await room.write([['put', 'queue', { id: '1', blob, list: [1, 'two', null] }], ['put', 'queue', { id: '0' }],
            ['put', 'drafts', { id: 'form', text: 'ü' }]]);";
    ask(&site, &page, kept).await;
    page.reload().await;
    let read = "
        const [zero, one] = await room.all('queue');
        const { text } = await room.get('drafts', 'form');
        const none = await room.get('drafts', 'other');
        return [zero, one.list, one.blob.type, await one.blob.text(), text, none === undefined];";
    let found = ask(&site, &page, read).await;
    let wanted = json!([{ "id": "0" }, [1, "two", null], "image/png", "some bytes", "ü", true]);
    assert_eq!(found, wanted);
    let cleared = "
        await room.write([['delete', 'queue', '1'], ['delete', 'drafts', 'form'], ['delete', 'files', 'none']]);
        return [await room.all('queue'), await room.all('drafts')];";
    assert_eq!(ask(&site, &page, cleared).await, json!([[{ "id": "0" }], []]));
}

async fn what_belongs_together_is_written_together(kind: Kind) {
    let (site, page) = open(kind).await;
    let half = "
        await room.write([['put', 'queue', { id: '1' }], ['put', 'queue', { id: '2', no: () => {} }]]).then(
            () => { throw new Error('it was kept') }, () => {});
        return room.all('queue');";
    assert_eq!(ask(&site, &page, half).await, json!([]));
}

async fn tabs_do_not_undo_each_other(kind: Kind) {
    let (site, page) = open(kind).await;
    let both = "
        await room.write([['put', 'queue', { id: '1', a: 0, b: 0 }]]);
        const found = await Promise.all([room.amend('queue', '1', { a: 1 }), room.amend('queue', '1', { b: 1 }),
            room.amend('queue', '2', { a: 1 })]);
        return [await room.all('queue'), found.map(Boolean)];";
    let wanted = json!([[{ "id": "1", "a": 1, "b": 1 }], [true, true, false]]);
    assert_eq!(ask(&site, &page, both).await, wanted);
}

/// What a blob of the room holds.
async fn bytes(site: &Site, page: &Browser, body: &str) -> Vec<u8> {
    let script = format!(
        "const blob = await (async () => {{ {body} }})();
        const reader = new FileReader();
        await new Promise((done) => {{ reader.onload = done; reader.readAsDataURL(blob); }});
        return reader.result.split(',')[1];"
    );
    let text = ask(site, page, &script).await;
    base64::prelude::BASE64_STANDARD.decode(text.as_str().unwrap()).unwrap()
}

async fn a_zip_is_read_by_other_programs(kind: Kind) {
    let (site, page) = open(kind).await;
    let make = "
        const large = new Blob([new Uint8Array(3_000_000).map((_, at) => at * 7)]);
        return room.zip([{ name: 'Käse & 写真.png', blob: new Blob(['one']) }, { name: 'empty', blob: new Blob([]) },
            { name: 'pictures/large.jpg', blob: large }]);";
    let made = bytes(&site, &page, make).await;
    let mut zip = zip::ZipArchive::new(Cursor::new(&made)).unwrap();
    let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["Käse & 写真.png", "empty", "pictures/large.jpg"]);
    let mut read = |name: &str| {
        let mut content = Vec::new();
        // This checks the sums.
        zip.by_name(name).unwrap().read_to_end(&mut content).unwrap();
        content
    };
    assert_eq!(read("Käse & 写真.png"), b"one");
    assert_eq!(read("empty"), b"");
    let large = read("pictures/large.jpg");
    assert!(large.len() == 3_000_000 && large[299] == (299_u32 * 7).to_le_bytes()[0]);

    // And the other way: one that another program packed tight.
    let mut other = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default();
    other.add_directory("pictures/", packed).unwrap();
    other.start_file("pictures/é.json", packed).unwrap();
    other.write_all(&b"a long text ".repeat(1_000)).unwrap();
    let other = other.finish().unwrap().into_inner();
    site.file("/other.zip", "application/zip", other);
    let read = "
        const files = await room.unzip(await (await fetch('/other.zip')).blob());
        const blob = await files.get('pictures/é.json')('application/json');
        const none = await room.unzip(new Blob(['no zip'])).then(() => 'read', () => 'refused');
        return [[...files.keys()], blob.type, (await blob.text()).length, none];";
    let wanted = json!([["pictures/é.json"], "application/json", 12_000, "refused"]);
    assert_eq!(ask(&site, &page, read).await, wanted);
}

async fn a_table_is_read_by_other_programs(kind: Kind) {
    let (site, page) = open(kind).await;
    let make = r#"return room.csv([['name', 'seed', 'prompt'], ['a, "b".png', -3, '=HYPERLINK(1)'], ['ü\nx', null, '-1']]);"#;
    let made = String::from_utf8(bytes(&site, &page, make).await).unwrap();
    let wanted =
        "\u{feff}name,seed,prompt\r\n\"a, \"\"b\"\".png\",-3,'=HYPERLINK(1)\r\n\"ü\nx\",,'-1\r\n";
    assert_eq!(made, wanted);
}
