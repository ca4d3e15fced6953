//! Any words, names and addresses in every language: what is quoted stays data.
#![no_main]

use arbitrary::Arbitrary;
use backdrop_contract::{Call, Dialect, Format, Language, Name, Picture, Request, Value, snippet};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    dialect: u8,
    with_key: bool,
    prompt: &'a str,
    file: &'a str,
    url: Option<&'a str>,
}

fuzz_target!(|input: Input<'_>| {
    let mut request = Request::default();
    request.set(Name::Prompt, Some(Value::Text(input.prompt.to_owned())));
    let references = input.url.map(Picture::Url);
    let call = Call {
        dialect: Dialect::ALL[usize::from(input.dialect) % Dialect::ALL.len()],
        address: "https://a.example/v1",
        with_key: input.with_key,
        request: &request,
        image: Picture::File(input.file, Format::Png),
        references: references.as_slice(),
    };
    let json = read(&snippet(&call, Language::Json));
    assert_eq!(json["prompt"], input.prompt);

    // What a shell pipes, where `base64` writes nothing: the same JSON without the file.
    let code = snippet(&call, Language::Curl);
    let start = code.find("  {\n").expect("a body") + 4;
    let (piped, named) = piped(&code[start..]);
    let body = read(&piped);
    assert_eq!(body["prompt"], input.prompt);
    let name: String = input.file.replace(['/', '\0'], "_");
    assert_eq!(named, name);

    // As long a code as that of harmless words, line for line.
    for language in [Language::Python, Language::JavaScript, Language::Rust] {
        let lines = snippet(&call, language).lines().count();
        let mut harmless = request.clone();
        harmless.set(Name::Prompt, Some(Value::Text("a".to_owned())));
        let url = input.url.map(|_| Picture::Url("a"));
        let other = Call {
            request: &harmless,
            image: Picture::File("a", Format::Png),
            references: url.as_slice(),
            ..call
        };
        // A colour, or none, makes another parameter matter.
        let expected = snippet(&other, language).lines().count();
        assert!(lines.abs_diff(expected) <= 1, "{language:?}");
    }
});

fn read(json: &str) -> serde_json::Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// What `printf '%s' WORD` and `base64 < WORD` get, as a shell reads the words.
fn piped(code: &str) -> (String, String) {
    let (mut text, mut name) = (String::new(), String::new());
    let mut rest = code;
    loop {
        if let Some(after) = rest.strip_prefix("    printf '%s' ") {
            let (word, after) = word(after);
            text.push_str(&word);
            rest = after.strip_prefix('\n').expect("the end of a command");
        } else if let Some(after) = rest.strip_prefix("    base64 < ") {
            let (word, after) = word(after);
            name = word;
            rest = after.strip_prefix(" | tr -d '\\n'\n").expect("the end of a command");
        } else {
            assert!(rest.starts_with("  } | curl "), "more than the body: {rest}");
            return (text, name);
        }
    }
}

/// One word of a shell, and what follows it.
fn word(code: &str) -> (String, &str) {
    let mut text = String::new();
    let mut inside = false;
    let mut chars = code.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => inside = !inside,
            c if inside => text.push(c),
            '\\' => text.extend(chars.next().map(|(_, c)| c)),
            _ => return (text, &code[at..]),
        }
    }
    (text, "")
}
