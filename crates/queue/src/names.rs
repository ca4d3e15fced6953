//! What the files of many pictures are called: after the photo and its new background, none twice.

/// The longest that stands for a background, in characters.
const LONGEST: usize = 24;

/// A few words as a part of a file's name: letters and digits in small, hyphens between, cut at a
/// word's end. Empty where the words have neither letters nor digits.
#[must_use]
pub fn slug(words: &str) -> String {
    let mut slug = String::new();
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words {
        let word = word.to_lowercase();
        let length = slug.chars().count() + word.chars().count() + usize::from(!slug.is_empty());
        if length > LONGEST {
            if slug.is_empty() {
                slug.extend(word.chars().take(LONGEST));
            }
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    slug
}

/// A name for each, from a photo's name without its ending, words for its background, and the ending
/// of the new file: `cup-white.png`, and `cup-white-2.png` for the next of the same name. They are
/// safe on each system, and differ on those to which upper and lower case are one.
#[must_use]
pub fn file_names(pictures: &[(&str, &str, &str)]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(pictures.len());
    let mut taken: Vec<String> = Vec::with_capacity(pictures.len());
    for (stem, background, ending) in pictures {
        let background = match slug(background) {
            empty if empty.is_empty() => "backdrop".to_owned(),
            slug => slug,
        };
        let start = [&safe(stem), "-", &background].concat();
        let mut name = [&start, ".", ending].concat();
        let mut count = 2;
        while taken.contains(&name.to_lowercase()) {
            name = [&start, "-", &count.to_string(), ".", ending].concat();
            count += 1;
        }
        taken.push(name.to_lowercase());
        names.push(name);
    }
    names
}

/// Without what some system does not take in a name. What follows it keeps the names of old devices,
/// such as `CON`, from being whole.
fn safe(stem: &str) -> String {
    let forbidden = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c) || is_turning(c);
    let plain: String = stem.chars().map(|c| if forbidden(c) { '_' } else { c }).collect();
    let plain = plain.trim().trim_matches('.').trim();
    let short: String = plain.chars().take(80).collect();
    if short.is_empty() { "photo".to_owned() } else { short }
}

/// Signs that turn the direction of what stands around them.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_are_called_after_the_photo_and_the_background() {
        let long = "On a beach at sunset, with palm trees far behind";
        let names = file_names(&[
            ("cup", "white", "png"),
            ("Cup", "White", "png"),
            ("cup", "#ff5733", "jpg"),
            ("IMG 0042", long, "png"),
            ("../../etc/passwd", "", "png"),
            ("..", "…", "png"),
            ("カップ", "木の机の上", "webp"),
            ("a\u{202e}gnp", "x", "png"),
        ]);
        assert_eq!(
            names,
            [
                "cup-white.png",
                "Cup-white-2.png",
                "cup-ff5733.jpg",
                "IMG 0042-on-a-beach-at-sunset.png",
                "_.._etc_passwd-backdrop.png",
                "photo-backdrop.png",
                "カップ-木の机の上.webp",
                "a_gnp-x.png",
            ]
        );
    }

    proptest! {
        #[test]
        fn names_differ_and_are_safe(
            pictures in proptest::collection::vec((".{0,12}", ".{0,40}"), 0..20),
        ) {
            let given: Vec<_> =
                pictures.iter().map(|(stem, words)| (stem.as_str(), words.as_str(), "png")).collect();
            let names = file_names(&given);
            prop_assert_eq!(names.len(), pictures.len());
            for (at, name) in names.iter().enumerate() {
                prop_assert!(!name.starts_with('.') && name.ends_with(".png"), "{name}");
                prop_assert!(!name.contains(['/', '\\', ':', '\0', '\n']), "{name}");
                let lower = name.to_lowercase();
                prop_assert!(names[..at].iter().all(|other| other.to_lowercase() != lower));
            }
        }
    }
}
