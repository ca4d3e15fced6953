//! Text as a literal of each language, so that any words stay data.

const HEX: &[u8; 16] = b"0123456789abcdef";

/// A string of JSON, which is one of Python and of JavaScript as well.
pub(super) fn json(text: &str, out: &mut String) {
    literal(text, "", "", out);
}

/// A string of Rust.
pub(super) fn rust(text: &str, out: &mut String) {
    literal(text, "{", "}", out);
}

/// `before` and `after` stand around the digits of `\u`.
fn literal(text: &str, before: &str, after: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_unseen(c) => {
                let code = u32::from(c) as usize;
                let digits = [12, 8, 4, 0].map(|shift| char::from(HEX[(code >> shift) & 15]));
                out.push_str("\\u");
                out.push_str(before);
                out.extend(digits);
                out.push_str(after);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Controls, line separators, and marks that turn the direction of a text, which could show code
/// as something else than it is (Rust refuses them). All are of the first 65,536 characters.
fn is_unseen(c: char) -> bool {
    let marks = ['\u{200E}'..='\u{200F}', '\u{2028}'..='\u{202E}', '\u{2066}'..='\u{2069}'];
    c.is_control()
        || c == '\u{61C}'
        || c == '\u{FEFF}'
        || marks.iter().any(|some| some.contains(&c))
}

/// A word of a POSIX shell.
pub(super) fn shell(text: &str, out: &mut String) {
    out.push('\'');
    shell_inside(text, out);
    out.push('\'');
}

/// What stands between the quotes of [`shell`].
pub(super) fn shell_inside(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\'' => out.push_str(r"'\''"),
            // No argument and no file's name can hold it.
            '\0' => {}
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quoted(quote: fn(&str, &mut String), text: &str) -> String {
        let mut out = String::new();
        quote(text, &mut out);
        out
    }

    /// What a shell makes of single quotes and of a backslash outside them.
    fn word(quoted: &str) -> Option<String> {
        let mut text = String::new();
        let mut inside = false;
        let mut chars = quoted.chars();
        while let Some(c) = chars.next() {
            match c {
                '\'' => inside = !inside,
                c if inside => text.push(c),
                '\\' => text.push(chars.next()?),
                _ => return None,
            }
        }
        (!inside).then_some(text)
    }

    /// What Rust makes of a literal.
    fn rust_value(literal: &str) -> Option<String> {
        let mut chars = literal.strip_prefix('"')?.strip_suffix('"')?.chars();
        let mut text = String::new();
        while let Some(c) = chars.next() {
            text.push(match c {
                '"' => return None,
                '\\' => match chars.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let digits: String = chars.by_ref().take_while(|&c| c != '}').collect();
                        let code = u32::from_str_radix(digits.strip_prefix('{')?, 16);
                        char::from_u32(code.ok()?)?
                    }
                    c @ ('"' | '\\') => c,
                    _ => return None,
                },
                c => c,
            });
        }
        Some(text)
    }

    /// Words of those who try to get out of the quotes.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            "[\\x00-\\x7f]{0,4}",
            prop::sample::select(
                [
                    "'",
                    "\"",
                    "\\",
                    "\n",
                    "\r",
                    "\0",
                    "`",
                    "$(id)",
                    "${x}",
                    "%s",
                    "\\u0022",
                    "'; id #",
                    "\"\"\"",
                    "{}",
                    "</script>",
                    "\u{202E}",
                    "\u{2028}",
                    "😀",
                    "é",
                ]
                .as_slice()
            )
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn json_reads_back(text in hostile()) {
            let literal = quoted(json, &text);
            prop_assert_eq!(serde_json::from_str::<String>(&literal).unwrap(), text);
            // One line, whatever a language takes for the end of one.
            prop_assert!(!literal.chars().any(is_unseen), "{}", literal);
        }

        #[test]
        fn rust_reads_back(text in hostile()) {
            let literal = quoted(rust, &text);
            prop_assert_eq!(rust_value(&literal), Some(text));
            prop_assert!(!literal.chars().any(is_unseen), "{}", literal);
        }

        #[test]
        fn a_shell_reads_back(text in hostile()) {
            let text = text.replace('\0', "");
            prop_assert_eq!(word(&quoted(shell, &text)), Some(text));
        }

        /// As the snippet for cURL has it: JSON inside a word.
        #[test]
        fn json_in_a_shell_reads_back(text in hostile()) {
            let inner = word(&quoted(shell, &quoted(json, &text))).unwrap();
            prop_assert_eq!(serde_json::from_str::<String>(&inner).unwrap(), text);
        }
    }

    #[test]
    fn literals_read_well() {
        assert_eq!(quoted(json, "a \"b\"\né\0"), r#""a \"b\"\né\u0000""#);
        assert_eq!(quoted(rust, "\u{202E}\\"), r#""\u{202e}\\""#);
        assert_eq!(quoted(shell, "it's $HOME"), r"'it'\''s $HOME'");
    }
}
