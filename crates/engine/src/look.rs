//! Which backdrop is painted: chosen from a table by the words, tinted by them, varied by the seed.
//!
//! Nothing here understands a sentence. A look has words that call it; the look that most words call
//! is painted, and words of colour, light and time of day shift it.

use crate::paint::canvas::{Light, rgb};
use crate::paint::{Scene, looks};

/// A kind of backdrop.
pub struct Look {
    /// What it is called on the page.
    pub name: &'static str,
    /// The words that call it, in the singular.
    words: &'static [&'static str],
    /// Whether a subject stands on it, and so casts a shadow.
    pub ground: bool,
    /// Paints it.
    pub paint: fn(&mut Scene<'_>),
}

/// All looks. The first is painted when no word calls another.
pub const LOOKS: [Look; 11] = [
    Look {
        name: "studio",
        words: &[
            "studio",
            "backdrop",
            "seamless",
            "plain",
            "minimal",
            "minimalist",
            "clean",
            "product",
            "professional",
            "portrait",
            "catalogue",
            "catalog",
        ],
        ground: true,
        paint: looks::studio,
    },
    Look {
        name: "marble counter",
        words: &[
            "marble",
            "stone",
            "counter",
            "countertop",
            "granite",
            "quartz",
            "bathroom",
            "spa",
            "luxury",
            "luxurious",
            "elegant",
            "vanity",
        ],
        ground: true,
        paint: looks::marble,
    },
    Look {
        name: "wooden table",
        words: &[
            "wood",
            "wooden",
            "table",
            "tabletop",
            "desk",
            "oak",
            "walnut",
            "pine",
            "rustic",
            "cafe",
            "café",
            "coffee",
            "restaurant",
            "bar",
            "shelf",
            "cabin",
            "office",
            "library",
            "board",
        ],
        ground: true,
        paint: looks::wood,
    },
    Look {
        name: "beach",
        words: &[
            "beach", "sea", "ocean", "sand", "sandy", "shore", "coast", "seaside", "island",
            "tropical", "sunset", "sunrise", "holiday", "vacation", "summer", "lake", "water",
            "wave", "desert", "dune",
        ],
        ground: true,
        paint: looks::beach,
    },
    Look {
        name: "forest",
        words: &[
            "forest",
            "woodland",
            "woods",
            "tree",
            "garden",
            "park",
            "jungle",
            "nature",
            "leaf",
            "leaves",
            "meadow",
            "grass",
            "field",
            "mountain",
            "outdoor",
            "outside",
            "spring",
            "plant",
            "moss",
            "hill",
            "countryside",
            "lawn",
        ],
        ground: true,
        paint: looks::forest,
    },
    Look {
        name: "parking lot",
        words: &[
            "parking",
            "lot",
            "car",
            "garage",
            "street",
            "road",
            "asphalt",
            "highway",
            "driveway",
            "pavement",
            "sidewalk",
            "concrete",
            "urban",
            "town",
            "race",
            "track",
            "racetrack",
            "warehouse",
            "industrial",
        ],
        ground: true,
        paint: looks::parking,
    },
    Look {
        name: "city lights",
        words: &[
            "city",
            "night",
            "neon",
            "skyline",
            "downtown",
            "tokyo",
            "york",
            "club",
            "midnight",
            "cyberpunk",
        ],
        ground: true,
        paint: looks::city,
    },
    Look {
        name: "bokeh",
        words: &[
            "bokeh",
            "lights",
            "party",
            "christmas",
            "festive",
            "glitter",
            "sparkle",
            "sparkling",
            "celebration",
            "wedding",
            "magic",
            "magical",
        ],
        ground: false,
        paint: looks::bokeh,
    },
    Look {
        name: "paper",
        words: &[
            "paper",
            "cardboard",
            "canvas",
            "linen",
            "texture",
            "textured",
            "craft",
            "kraft",
            "watercolor",
            "watercolour",
            "parchment",
            "flat",
            "fabric",
        ],
        ground: true,
        paint: looks::paper,
    },
    Look {
        name: "gradient",
        words: &[
            "gradient",
            "abstract",
            "color",
            "colour",
            "colorful",
            "colourful",
            "pastel",
            "vibrant",
            "rainbow",
            "blur",
            "blurred",
            "blurry",
            "aurora",
            "space",
            "sky",
            "cloud",
            "fog",
            "mist",
        ],
        ground: false,
        paint: looks::gradient,
    },
    Look {
        name: "window light",
        words: &[
            "window",
            "kitchen",
            "room",
            "home",
            "house",
            "interior",
            "living",
            "bedroom",
            "indoor",
            "wall",
            "sunlight",
            "sunlit",
            "shadow",
            "cosy",
            "cozy",
            "morning",
            "apartment",
            "sofa",
        ],
        ground: true,
        paint: looks::window,
    },
];

/// How the words shift a look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mood {
    /// The colour that they name.
    pub tint: Option<Light>,
    /// -1 cold to 1 warm.
    pub warmth: f32,
    /// -1 dark to 1 bright.
    pub brightness: f32,
}

/// What a word does to the mood: warmth and brightness.
const SHIFTS: &[(&str, f32, f32)] = &[
    ("warm", 0.8, 0.0),
    ("sunny", 0.5, 0.4),
    ("golden", 0.9, 0.0),
    ("sunset", 0.9, -0.2),
    ("sunrise", 0.7, 0.0),
    ("dusk", 0.3, -0.5),
    ("dawn", 0.3, -0.1),
    ("evening", 0.5, -0.4),
    ("autumn", 0.8, -0.1),
    ("fall", 0.6, -0.1),
    ("summer", 0.4, 0.2),
    ("candle", 0.8, -0.4),
    ("cosy", 0.6, -0.2),
    ("cozy", 0.6, -0.2),
    ("morning", 0.35, 0.25),
    ("cool", -0.6, 0.0),
    ("cold", -0.8, 0.0),
    ("winter", -0.7, 0.2),
    ("snow", -0.6, 0.6),
    ("snowy", -0.6, 0.6),
    ("icy", -0.8, 0.3),
    ("rain", -0.4, -0.3),
    ("rainy", -0.4, -0.3),
    ("overcast", -0.3, -0.1),
    ("foggy", -0.2, 0.2),
    ("night", -0.2, -0.7),
    ("dark", 0.0, -0.8),
    ("moody", 0.0, -0.6),
    ("dramatic", 0.0, -0.5),
    ("dim", 0.0, -0.5),
    ("deep", 0.0, -0.3),
    ("bright", 0.0, 0.6),
    ("light", 0.0, 0.4),
    ("airy", 0.0, 0.5),
    ("pale", 0.0, 0.4),
    ("soft", 0.0, 0.1),
];

/// Colours by name.
const COLOURS: &[(&str, u32)] = &[
    ("red", 0xB83A35),
    ("crimson", 0x9E2436),
    ("orange", 0xE08A45),
    ("terracotta", 0xB86A4C),
    ("peach", 0xF2C3A4),
    ("yellow", 0xEBC65A),
    ("gold", 0xC9A355),
    ("green", 0x6E9C72),
    ("olive", 0x838454),
    ("sage", 0xA9B8A0),
    ("mint", 0xBFE0CF),
    ("teal", 0x3F8A8C),
    ("turquoise", 0x5FBDBB),
    ("blue", 0x6C93C4),
    ("navy", 0x2B3B5E),
    ("purple", 0x856BA8),
    ("violet", 0x8B74BE),
    ("lavender", 0xC2B6DD),
    ("lilac", 0xC9B3D6),
    ("pink", 0xE6B1BE),
    ("magenta", 0xBE4A8C),
    ("brown", 0x8A6549),
    ("beige", 0xDDCDB4),
    ("cream", 0xF1E8D6),
    ("tan", 0xC8A983),
    ("black", 0x242426),
    ("charcoal", 0x3C3D40),
    ("white", 0xF4F3F1),
    ("grey", 0xA6A7A9),
    ("gray", 0xA6A7A9),
    ("silver", 0xC3C6CA),
];

/// The look and the mood that a prompt calls, in UTF-8. Only the letters A to Z are told apart by size:
/// tables of all alphabets would be a tenth of what a browser loads. Bytes rather than characters, for
/// the same reason: what ends a word is one byte, and no part of another character.
pub fn choose(prompt: &[u8]) -> (&'static Look, Mood) {
    let ends_a_word = |c: &u8| c.is_ascii() && !c.is_ascii_alphanumeric();
    let words: Vec<&[u8]> = prompt.split(ends_a_word).filter(|word| !word.is_empty()).collect();
    let called = |look: &Look| words.iter().map(|word| call(look, word)).sum::<u32>();
    let mut best = &LOOKS[0];
    for look in &LOOKS[1..] {
        if called(look) > called(best) {
            best = look;
        }
    }
    (best, mood(&words))
}

/// How strongly a word calls a look: as it stands more than by its singular, for "woods" are no "wood".
fn call(look: &Look, word: &[u8]) -> u32 {
    let is =
        |word: &[u8]| look.words.iter().any(|other| other.as_bytes().eq_ignore_ascii_case(word));
    match word {
        _ if is(word) => 3,
        [single @ .., b's' | b'S'] if is(single) => 2,
        _ => 0,
    }
}

fn mood(words: &[&[u8]]) -> Mood {
    let mut mood = Mood { tint: None, warmth: 0.0, brightness: 0.0 };
    for word in words {
        let is = |name: &str| name.as_bytes().eq_ignore_ascii_case(word);
        if let Some((_, hex)) = COLOURS.iter().find(|(name, _)| is(name)) {
            // The first colour is the backdrop's; those after it describe details.
            mood.tint = mood.tint.or(Some(rgb(*hex)));
        }
        if let Some((_, warmth, brightness)) = SHIFTS.iter().find(|(name, ..)| is(name)) {
            mood.warmth += warmth;
            mood.brightness += brightness;
        }
    }
    mood.warmth = mood.warmth.clamp(-1.0, 1.0);
    mood.brightness = mood.brightness.clamp(-1.0, 1.0);
    mood
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_call_looks() {
        for (prompt, name) in [
            ("In a parking lot", "parking lot"),
            ("", "studio"),
            ("zzz", "studio"),
            ("on a white marble counter, soft light", "marble counter"),
            ("Rustic WOODEN tables", "wooden table"),
            ("on a beach at sunset", "beach"),
            ("deep in the woods", "forest"),
            ("city lights at night", "city lights"),
            ("golden bokeh", "bokeh"),
            ("christmas lights", "bokeh"),
            ("kraft paper", "paper"),
            ("a pastel gradient", "gradient"),
            ("in a sunny kitchen by the window", "window light"),
            ("clean studio, white", "studio"),
            ("white marble", "marble counter"),
            ("green paper", "paper"),
            ("bright light, green", "studio"),
        ] {
            assert_eq!(choose(prompt.as_bytes()).0.name, name, "{prompt}");
        }
    }

    #[test]
    fn words_shift_the_mood() {
        let (_, mood) = choose(b"a dark blue studio with red light, warm");
        assert_eq!(mood.tint, Some(rgb(0x6C93C4)));
        assert!(mood.warmth > 0.5 && mood.brightness < 0.0);
        assert_eq!(
            choose(b"In a parking lot").1,
            Mood { tint: None, warmth: 0.0, brightness: 0.0 }
        );
    }
}
