//! Which files a first visit loads, read from the page itself.
//!
//! The page's own links, scripts and preloads; what its inline scripts name; and what the loaded
//! scripts import and the loaded sheets refer to. What is imported later, on demand, is not part of it.

use std::collections::BTreeSet;

/// Paths below the site's root, index.html first. `read` gives a file's text by such a path, and
/// nothing where there is no such file.
pub fn list(mut read: impl FnMut(&str) -> Option<Vec<u8>>) -> Vec<String> {
    let mut found = vec!["index.html".to_owned()];
    let mut seen: BTreeSet<_> = found.iter().cloned().collect();
    let mut next = 0;
    while next < found.len() {
        let path = found[next].clone();
        next += 1;
        let Some(bytes) = read(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let named = match path.rsplit('.').next() {
            Some("html") => in_html(&text),
            Some("js" | "mjs") => in_script(&text),
            Some("css") => in_sheet(&text),
            _ => Vec::new(),
        };
        for name in named {
            if let Some(name) = resolve(&path, name)
                && read(&name).is_some()
                && seen.insert(name.clone())
            {
                found.push(name);
            }
        }
    }
    found
}

/// Links that load something, sources, and every string of an inline script (one that names no
/// file of the site is dropped by the caller).
fn in_html(html: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, _) in html.match_indices('<') {
        if html[..at].rfind("<!--") > html[..at].rfind("-->") {
            continue;
        }
        let Some(end) = html[at..].find('>') else {
            continue;
        };
        let tag = &html[at + 1..at + end];
        let word = tag.split_ascii_whitespace().next().unwrap_or_default();
        match word {
            "link" => {
                let rel = attribute(tag, "rel").unwrap_or_default();
                let loads = ["stylesheet", "modulepreload", "preload", "icon", "manifest"];
                if rel.split_ascii_whitespace().any(|r| loads.contains(&r)) {
                    named.extend(attribute(tag, "href"));
                }
            }
            "script" => {
                // Its source, and what its data attributes hand to it.
                named.extend(strings(tag));
                let inline = &html[at + end + 1..];
                let inline = &inline[..inline.find("</script").unwrap_or(0)];
                named.extend(strings(inline));
            }
            "img" | "iframe" => named.extend(attribute(tag, "src")),
            _ => {}
        }
    }
    named
}

/// Static imports only: `import … from "x"`, `import "x"`, `export … from "x"`.
fn in_script(script: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for keyword in ["from", "import"] {
        for (at, _) in script.match_indices(keyword) {
            let before = script[..at].chars().next_back();
            let whole_word =
                !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'));
            let after = script[at + keyword.len()..].trim_start();
            if whole_word && after.starts_with(['"', '\'']) {
                named.extend(strings(after).first());
            }
        }
    }
    named
}

fn in_sheet(sheet: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, _) in sheet.match_indices("url(") {
        let rest = &sheet[at + 4..];
        let inside = &rest[..rest.find(')').unwrap_or(0)];
        named.push(inside.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')));
    }
    for (at, _) in sheet.match_indices("@import") {
        let rest = sheet[at + 7..].trim_start();
        if rest.starts_with(['"', '\'']) {
            named.extend(strings(rest).first());
        }
    }
    named
}

/// The value of an attribute, quoted or not.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.match_indices(name).find_map(|(at, _)| {
        let alone = tag[..at].ends_with(|c: char| c.is_whitespace());
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?;
        let value = value.trim_start();
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next()?,
            _ => value.split_ascii_whitespace().next()?.trim_end_matches('/'),
        };
        alone.then_some(value)
    })
}

fn strings(script: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = script;
    while let Some(start) = rest.find(['"', '\'', '`']) {
        let quote = &rest[start..=start];
        let inside = &rest[start + 1..];
        let Some(end) = inside.find(quote) else { break };
        found.push(&inside[..end]);
        rest = &inside[end + 1..];
    }
    found
}

/// A name as written in the file `from`, as a path below the site's root; `None` for another site.
fn resolve(from: &str, name: &str) -> Option<String> {
    let name = name.split(['?', '#']).next().unwrap_or_default();
    if name.is_empty() || name.contains(':') || name.starts_with("//") {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    if name.starts_with('/') {
        parts.clear();
    }
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(files: &[(&str, &str)]) -> Vec<String> {
        list(|path| {
            let found = files.iter().find(|(name, _)| *name == path);
            found.map(|(_, text)| text.as_bytes().to_vec())
        })
    }

    #[test]
    fn a_page_as_trunk_writes_it() {
        let html = r#"<!DOCTYPE html><html><head>
            <!-- <link rel="stylesheet" href="/commented.css"> -->
            <link rel="canonical" href="/canonical.html">
            <link rel="stylesheet" href="/page-1a.css" integrity="sha384-x">
            <link rel="modulepreload" href="/studio-1a.js" crossorigin=anonymous>
            <link rel="preload" href="/studio-1a_bg.wasm" as="fetch" type="application/wasm"></head>
            <body><backdrop-studio src="/attribute.png"></backdrop-studio>
            <script type="module" src="/start.js" data-wasm="data.wasm"></script>
            <script type="module">import init from '/studio-1a.js'; init("./inline.json")</script>
            </body></html>"#;
        let files = [
            ("index.html", html),
            ("commented.css", ""),
            ("canonical.html", ""),
            ("attribute.png", ""),
            ("inline.json", "{}"),
            ("page-1a.css", "@import 'more.css'; a { background: url( \"img/a.svg\" ) }"),
            ("more.css", ""),
            ("img/a.svg", ""),
            ("data.wasm", ""),
            ("start.js", "import './lib/one.js'"),
            ("lib/one.js", "export { x } from\"../lib/two.js\"; import('./late.js')"),
            ("lib/two.js", "import './one.js'"),
            ("lib/late.js", ""),
            ("studio-1a.js", "import * as m from './snippets/x/in.js'; new Worker('/engine.js')"),
            ("snippets/x/in.js", ""),
            ("engine.js", ""),
            ("studio-1a_bg.wasm", ""),
        ];
        let mut got = loaded(&files);
        assert_eq!(got[0], "index.html");
        got.sort();
        assert_eq!(
            got,
            [
                "data.wasm",
                "img/a.svg",
                "index.html",
                "inline.json",
                "lib/one.js",
                "lib/two.js",
                "more.css",
                "page-1a.css",
                "snippets/x/in.js",
                "start.js",
                "studio-1a.js",
                "studio-1a_bg.wasm",
            ]
        );
    }

    #[test]
    fn other_sites_and_missing_files_are_left_out() {
        let html = r#"<link rel="icon" href="data:,"><script src="https://x.test/a.js"></script>
            <script src="//x.test/b.js"></script><img src="gone.png"><link rel=icon href=i.svg?v=1>"#;
        assert_eq!(loaded(&[("index.html", html), ("i.svg", "")]), ["index.html", "i.svg"]);
    }
}
