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
    /// The words that call it, in the singular, with spaces between: a slice of slices would be an
    /// address and a length more for each.
    words: &'static str,
    /// Whether a subject stands on it, and so casts a shadow.
    pub ground: bool,
    /// Paints it; none for the photo's own background, out of focus.
    pub paint: Option<fn(&mut Scene<'_>)>,
}

/// All looks. The first is painted when no word calls another.
pub const LOOKS: [Look; 12] = [
    Look {
        name: "studio",
        words: "studio backdrop seamless plain minimal minimalist clean product professional \
            portrait catalogue catalog",
        ground: true,
        paint: Some(looks::studio),
    },
    Look {
        name: "marble counter",
        words: "marble stone counter countertop granite quartz bathroom spa luxury luxurious \
            elegant vanity",
        ground: true,
        paint: Some(looks::marble),
    },
    Look {
        name: "wooden table",
        words: "wood wooden table tabletop desk oak walnut pine rustic cafe café coffee \
            restaurant bar shelf cabin office library board",
        ground: true,
        paint: Some(looks::wood),
    },
    Look {
        name: "beach",
        words: "beach sea ocean sand sandy shore coast seaside island tropical sunset sunrise \
            holiday vacation summer lake water wave desert dune",
        ground: true,
        paint: Some(looks::beach),
    },
    Look {
        name: "forest",
        words: "forest woodland woods tree garden park jungle nature leaf leaves meadow grass \
            field mountain outdoor outside spring plant moss hill countryside lawn",
        ground: true,
        paint: Some(looks::forest),
    },
    Look {
        name: "parking lot",
        words: "parking lot car garage street road asphalt highway driveway pavement sidewalk \
            concrete urban town race track racetrack warehouse industrial",
        ground: true,
        paint: Some(looks::parking),
    },
    Look {
        name: "city lights",
        words: "city night neon skyline downtown tokyo york club midnight cyberpunk",
        ground: true,
        paint: Some(looks::city),
    },
    Look {
        name: "bokeh",
        words: "bokeh lights party christmas festive glitter sparkle sparkling celebration \
            wedding magic magical",
        ground: false,
        paint: Some(looks::bokeh),
    },
    Look {
        name: "paper",
        words: "paper cardboard canvas linen texture textured craft kraft watercolor \
            watercolour parchment flat fabric",
        ground: true,
        paint: Some(looks::paper),
    },
    Look {
        name: "gradient",
        words: "gradient abstract color colour colorful colourful pastel vibrant rainbow \
            aurora space sky cloud fog mist",
        ground: false,
        paint: Some(looks::gradient),
    },
    Look {
        name: "window light",
        words: "window kitchen room home house interior living bedroom indoor wall sunlight \
            sunlit shadow cosy cozy morning apartment sofa",
        ground: true,
        paint: Some(looks::window),
    },
    Look {
        name: "blurred original",
        words: "blur blurred blurry defocused unfocused original",
        ground: false,
        paint: None,
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

/// Names with a space after each, and what each stands for, in the same order.
macro_rules! table {
    ($($name:literal $value:expr),* $(,)?) => {
        (concat!($($name, " "),*), &[$($value),*])
    };
}

/// What a word does to the mood: warmth and brightness, in twentieths.
const SHIFTS: (&str, &[[i8; 2]]) = table![
    "warm" [16, 0],
    "sunny" [10, 8],
    "golden" [18, 0],
    "sunset" [18, -4],
    "sunrise" [14, 0],
    "dusk" [6, -10],
    "dawn" [6, -2],
    "evening" [10, -8],
    "autumn" [16, -2],
    "fall" [12, -2],
    "summer" [8, 4],
    "candle" [16, -8],
    "cosy" [12, -4],
    "cozy" [12, -4],
    "morning" [7, 5],
    "cool" [-12, 0],
    "cold" [-16, 0],
    "winter" [-14, 4],
    "snow" [-12, 12],
    "snowy" [-12, 12],
    "icy" [-16, 6],
    "rain" [-8, -6],
    "rainy" [-8, -6],
    "overcast" [-6, -2],
    "foggy" [-4, 4],
    "night" [-4, -14],
    "dark" [0, -16],
    "moody" [0, -12],
    "dramatic" [0, -10],
    "dim" [0, -10],
    "deep" [0, -6],
    "bright" [0, 12],
    "light" [0, 8],
    "airy" [0, 10],
    "pale" [0, 8],
    "soft" [0, 2],
];

/// Colours by name.
const COLOURS: (&str, &[u32]) = table![
    "red" 0xB83A35,
    "crimson" 0x9E2436,
    "orange" 0xE08A45,
    "terracotta" 0xB86A4C,
    "peach" 0xF2C3A4,
    "yellow" 0xEBC65A,
    "gold" 0xC9A355,
    "green" 0x6E9C72,
    "olive" 0x838454,
    "sage" 0xA9B8A0,
    "mint" 0xBFE0CF,
    "teal" 0x3F8A8C,
    "turquoise" 0x5FBDBB,
    "blue" 0x6C93C4,
    "navy" 0x2B3B5E,
    "purple" 0x856BA8,
    "violet" 0x8B74BE,
    "lavender" 0xC2B6DD,
    "lilac" 0xC9B3D6,
    "pink" 0xE6B1BE,
    "magenta" 0xBE4A8C,
    "brown" 0x8A6549,
    "beige" 0xDDCDB4,
    "cream" 0xF1E8D6,
    "tan" 0xC8A983,
    "black" 0x242426,
    "charcoal" 0x3C3D40,
    "white" 0xF4F3F1,
    "grey" 0xA6A7A9,
    "gray" 0xA6A7A9,
    "silver" 0xC3C6CA,
];

/// The look and the mood that a prompt calls, in UTF-8. Only the letters A to Z are told apart by size:
/// tables of all alphabets would be a tenth of what a browser loads. Bytes rather than characters, for
/// the same reason: what ends a word is one byte, and no part of another character.
pub fn choose(prompt: &[u8]) -> (&'static Look, Mood) {
    let mut called = [0; LOOKS.len()];
    let (mut tint, mut shift) = (None, [0, 0]);
    for word in prompt.split(|c| c.is_ascii() && !c.is_ascii_alphanumeric()) {
        for (called, look) in called.iter_mut().zip(&LOOKS) {
            *called += call(look, word);
        }
        // The first colour is the backdrop's; those after it describe details.
        if let (None, Some(at)) = (tint, place(COLOURS.0, word)) {
            tint = Some(rgb(COLOURS.1[at]));
        }
        if let Some(at) = place(SHIFTS.0, word) {
            for (sum, by) in shift.iter_mut().zip(SHIFTS.1[at]) {
                *sum += i32::from(by);
            }
        }
    }
    let mut best = 0;
    for at in 1..LOOKS.len() {
        if called[at] > called[best] {
            best = at;
        }
    }
    let [warmth, brightness] = shift.map(|sum| sum.clamp(-20, 20) as f32 / 20.0);
    (&LOOKS[best], Mood { tint, warmth, brightness })
}

/// How strongly a word calls a look: as it stands more than by its singular, for "woods" are no "wood".
fn call(look: &Look, word: &[u8]) -> u32 {
    let is = |word: &[u8]| place(look.words, word).is_some();
    match word {
        _ if is(word) => 3,
        [single @ .., b's' | b'S'] if is(single) => 2,
        _ => 0,
    }
}

/// Which of the words in `list` it is; never the empty one.
fn place(list: &str, word: &[u8]) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    list.as_bytes().split(|&c| c == b' ').position(|other| other.eq_ignore_ascii_case(word))
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
            ("the background, blurred", "blurred original"),
            ("on a wooden table, a blurred room behind", "wooden table"),
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
