//! The tables of `docs/embedding.md`.

use super::api::{self, Item};
use std::fmt::Write as _;

const START: &str = "<!-- made from the description of the tag:";
const END: &str = "<!-- until here -->";

/// The page with each table between its marks made anew.
pub fn renewed(page: &str) -> String {
    let mut made = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once(START) {
        let Some((name, old)) = after.split_once("-->") else { break };
        let Some((_, behind)) = old.split_once(END) else { break };
        let _ = write!(made, "{before}{START}{name}-->\n{}{END}", table(name.trim()));
        rest = behind;
    }
    made + rest
}

fn table(name: &str) -> String {
    let mut text = String::new();
    match name {
        "attributes" => {
            text.push_str("| attribute | property | type | default | |\n|---|---|---|---|---|\n");
            for one in api::attributes() {
                let code = |text: &str| match text {
                    "" => "–".into(),
                    text => format!("`{}`", text.replace('|', "\\|")),
                };
                let property = code(&one.property);
                let (kind, default) = (code(&one.kind), code(&one.default));
                let _ = writeln!(
                    text,
                    "| `{}` | {property} | {kind} | {default} | {} |",
                    one.name, one.text
                );
            }
        }
        "properties" => rows(&mut text, "property", "type", &api::PROPERTIES),
        "methods" => rows(&mut text, "method", "", &api::METHODS),
        "events" => rows(&mut text, "event", "detail", &api::EVENTS),
        "parts" => rows(&mut text, "part", "", &api::PARTS),
        "slots" => rows(&mut text, "slot", "", &api::SLOTS),
        "states" => rows(&mut text, "state", "", &api::STATES),
        "variables" => rows(&mut text, "variable", "syntax", &api::VARIABLES),
        other => {
            let _ = writeln!(text, "There is no table `{other}`.");
        }
    }
    text
}

fn rows(text: &mut String, name: &str, kind: &str, items: &[Item]) {
    // A method's type belongs to its name, and some things have no type.
    let typed = !kind.is_empty();
    let column = if typed { format!(" {kind} |") } else { String::new() };
    let _ = writeln!(text, "| {name} |{column} |\n|---|{}---|", if typed { "---|" } else { "" });
    for item in items {
        let kind = item.kind.replace('|', "\\|");
        let _ = match typed {
            true => writeln!(text, "| `{}` | `{kind}` | {} |", item.name, item.text),
            false => writeln!(text, "| `{}{kind}` | {} |", item.name, item.text),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::renewed;

    /// `UPDATE=1` writes the page again.
    #[test]
    fn the_page_on_embedding_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/embedding.md");
        let page = std::fs::read_to_string(path).unwrap();
        let made = renewed(&page);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert!(page == made, "run again with UPDATE=1");
        for table in [
            "attributes",
            "properties",
            "methods",
            "events",
            "parts",
            "slots",
            "states",
            "variables",
        ] {
            assert!(
                page.contains(&format!("{}{table} -->", super::START.to_owned() + " ")),
                "{table}"
            );
        }
    }
}
