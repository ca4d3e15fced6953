//! Any text comes out of its literal as it went in, as the languages themselves read it.

use crate::run::{Desk, python};
use backdrop_contract::{Call, Dialect, Language, Name, Picture, Request, Value, snippet};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use std::process::Command;

/// Words of those who try to get out of the quotes.
fn hostile() -> Vec<String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[\\x00-\\x7f]{0,4}",
        prop::sample::select(vec![
            "'",
            "\"",
            "\\",
            "\n",
            "\r\n",
            "\0",
            "`",
            "$(id)",
            "${x}",
            "%s",
            "\\u0022",
            "\\x",
            "'; exit 9 #",
            "\"\"\"",
            "{}",
            "\u{202E}",
            "\u{2028}",
            "\u{85}",
            "😀",
            "é",
            "\\\n",
        ])
        .prop_map(str::to_owned),
    ];
    let text = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    let mut runner = TestRunner::default();
    (0..400).map(|_| text.new_tree(&mut runner).unwrap().current()).collect()
}

/// The literal of a prompt, cut out of the snippet that holds it.
fn literal(text: &str, language: Language) -> String {
    let mut request = Request::default();
    request.set(Name::Prompt, Some(Value::Text(text.to_owned())));
    let call = Call {
        dialect: Dialect::Segmind,
        address: "http://127.0.0.1/",
        with_key: false,
        request: &request,
        image: Picture::Url("https://a.example/"),
        references: &[],
    };
    let code = snippet(&call, language);
    match language {
        Language::Curl => {
            let start = code.find("printf '%s' ").unwrap() + "printf '%s' ".len();
            code[start..code.find("\n  } | curl").unwrap()].to_owned()
        }
        _ => {
            let line = code.lines().find(|line| line.contains("prompt")).unwrap();
            let (_, literal) = line.split_once(": ").unwrap();
            literal.trim_end_matches(',').to_owned()
        }
    }
}

fn run(desk: &Desk, name: &str, code: &str, program: &str) -> Vec<u8> {
    let file = desk.file(name, code);
    let out = Command::new(program).arg(file).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

#[test]
fn python_reads_back() {
    let (desk, texts) = (Desk::new(), hostile());
    let list: Vec<_> = texts.iter().map(|text| literal(text, Language::Python)).collect();
    let code = format!("import json\nprint(json.dumps([\n{}\n]))\n", list.join(",\n"));
    let out = run(&desk, "all.py", &code, &python());
    assert_eq!(serde_json::from_slice::<Vec<String>>(&out).unwrap(), texts);
}

#[test]
fn javascript_reads_back() {
    let (desk, texts) = (Desk::new(), hostile());
    let list: Vec<_> = texts.iter().map(|text| literal(text, Language::JavaScript)).collect();
    let code = format!("console.log(JSON.stringify([\n{}\n]));\n", list.join(",\n"));
    let out = run(&desk, "all.mjs", &code, "node");
    assert_eq!(serde_json::from_slice::<Vec<String>>(&out).unwrap(), texts);
}

#[test]
fn a_shell_reads_back() {
    for shell in ["sh", "bash"] {
        let (desk, texts) = (Desk::new(), hostile());
        let words = texts.iter().map(|text| literal(text, Language::Curl));
        let code: String = words.map(|word| format!("printf '%s\\n' {word}\n")).collect();
        let out = String::from_utf8(run(&desk, "all.sh", &code, shell)).unwrap();
        let prompts = out.lines().map(|line| {
            let body: serde_json::Value = serde_json::from_str(line).unwrap();
            body["prompt"].as_str().unwrap().to_owned()
        });
        assert_eq!(prompts.collect::<Vec<_>>(), texts, "{shell}");
    }
}

#[test]
fn rust_reads_back() {
    let (desk, texts) = (Desk::new(), hostile());
    let list: Vec<_> = texts.iter().map(|text| literal(text, Language::Rust)).collect();
    // What is read is handed out as numbers, which need no quotes.
    let code = format!(
        "fn main() {{\n    for text in [\n{}\n    ] {{\n        println!(\"{{:?}}\", text.as_bytes());\n    }}\n}}\n",
        list.join(",\n")
    );
    let file = desk.file("all.rs", &code);
    let program = file.with_extension("bin");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let out = Command::new(rustc).arg(&file).arg("-o").arg(&program).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let out = Command::new(program).output().unwrap().stdout;
    let read = String::from_utf8(out).unwrap();
    let read = read.lines().map(|line| {
        let bytes: Vec<u8> = serde_json::from_str(line).unwrap();
        String::from_utf8(bytes).unwrap()
    });
    assert_eq!(read.collect::<Vec<_>>(), texts);
}
