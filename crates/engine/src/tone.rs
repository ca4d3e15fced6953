//! The subject's light matched to that of a picture it is put into, so that it does not look pasted:
//! a little of the difference in brightness and in tint, never all of it.

use crate::light::{Light, decoded, grey};

/// How much of the difference is made up.
const BRIGHTNESS: f32 = 0.25;
const TINT: f32 = 0.3;
/// How far any colour is changed, as a factor of its light.
const LEAST: f32 = 0.72;
const MOST: f32 = 1.3;

/// A factor for each byte of red, green and blue.
#[derive(Debug, Clone, PartialEq)]
pub struct Tone(Light);

impl Tone {
    /// From the mean light of the subject to that of the picture.
    pub fn between(subject: Light, picture: Light) -> Self {
        let grey = |light: Light| Light::all(grey(light).max(1e-3));
        let (here, there) = (grey(subject), grey(picture));
        let one = Light::all(1.0);
        let part = |ratio: Light, share: f32| one + (ratio.clamp(0.25, 2.5) - one) * share;
        let tint = (picture / there) / (subject / here).clamp(1e-2, f32::MAX);
        let gain = part(there / here, BRIGHTNESS) * part(tint, TINT);
        // Light is the square of the byte; its root is exact on every machine.
        Self(gain.clamp(LEAST, MOST).sqrt())
    }

    /// Bytes in the new light.
    #[inline(always)]
    pub fn of(&self, bytes: Light) -> Light {
        bytes * self.0
    }
}

/// The mean light of pixels, each counting by its weight, if there are weights.
#[inline(never)]
pub fn mean_light(pixels: &[[u8; 3]], weights: Option<&[f32]>) -> Light {
    // Part sums: a single one would soon be too large for what is added.
    const PART: usize = 1024;
    let mut sums = Light::all(0.0);
    for (i, part) in pixels.chunks(PART).enumerate() {
        let mut sum = Light::all(0.0);
        for (at, pixel) in (i * PART..).zip(part) {
            let [r, g, b] = decoded(*pixel).three();
            sum += Light::of([r, g, b, 1.0]) * weights.map_or(1.0, |weights| weights[at]);
        }
        sums += sum;
    }
    sums * (1.0 / sums.last().max(1e-6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(tone: &Tone, pixel: [u8; 3]) -> [u8; 3] {
        tone.of(Light::of_bytes(pixel)).rgb_bytes()
    }

    proptest! {
        #[test]
        fn it_is_bounded_and_in_order(subject in prop::array::uniform3(0.0_f32..=1.0), picture in prop::array::uniform3(0.0_f32..=1.0)) {
            let tone = Tone::between(Light::rgb(subject), Light::rgb(picture));
            for value in 0..=254_u8 {
                let (this, next) = (of(&tone, [value; 3]), of(&tone, [value + 1; 3]));
                for c in 0..3 {
                    prop_assert!(this[c] <= next[c]);
                    let factor = f32::from(this[c]) / f32::from(value).max(1.0);
                    prop_assert!(value < 8 || (0.8..=1.2).contains(&factor), "{value} {factor}");
                }
            }
        }

        #[test]
        fn the_same_light_changes_nothing(light in prop::array::uniform3(0.05_f32..=1.0), colour: [u8; 3]) {
            let tone = Tone::between(Light::rgb(light), Light::rgb(light));
            prop_assert_eq!(of(&tone, colour), colour);
        }
    }

    #[test]
    fn it_goes_towards_the_picture() {
        let night = Tone::between(Light::all(0.4), Light::rgb([0.02, 0.03, 0.08]));
        let [r, g, b] = of(&night, [128; 3]);
        assert!(r < g && g < b && g < 120, "{r} {g} {b}");
        let sunset = Tone::between(Light::all(0.3), Light::rgb([0.6, 0.3, 0.15]));
        let [r, _, b] = of(&sunset, [128; 3]);
        assert!(r > 128 && b < 128, "{r} {b}");
    }
}
