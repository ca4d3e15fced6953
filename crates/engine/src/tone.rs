//! The subject's light matched to that of a picture it is put into, so that it does not look pasted:
//! a little of the difference in brightness and in tint, never all of it.

use crate::raster::Map;

/// How much of the difference is made up.
const BRIGHTNESS: f32 = 0.25;
const TINT: f32 = 0.3;
/// How far any colour is changed, as a factor of its light.
const LEAST: f32 = 0.72;
const MOST: f32 = 1.3;

/// A new byte for each byte of red, green and blue.
#[derive(Debug, Clone, PartialEq)]
pub struct Tone([Box<[u8; 256]>; 3]);

impl Tone {
    /// From the mean light of the subject to that of the picture.
    pub fn between(subject: [f32; 3], picture: [f32; 3]) -> Self {
        let grey = |[r, g, b]: [f32; 3]| (0.3 * r + 0.6 * g + 0.1 * b).max(1e-3);
        let (here, there) = (grey(subject), grey(picture));
        let part = |ratio: f32, share: f32| 1.0 + share * (ratio.clamp(0.25, 2.5) - 1.0);
        let gain = |c: usize| {
            let tint = (picture[c] / there) / (subject[c] / here).max(1e-2);
            (part(there / here, BRIGHTNESS) * part(tint, TINT)).clamp(LEAST, MOST)
        };
        // Light is the square of the byte; its root is exact on every machine.
        let table = |gain: f32| {
            let root = gain.sqrt();
            Box::new(std::array::from_fn(|value| (value as f32 * root + 0.5) as u8))
        };
        Self([table(gain(0)), table(gain(1)), table(gain(2))])
    }

    /// A pixel in the new light.
    #[inline(always)]
    pub fn of(&self, [r, g, b]: [u8; 3]) -> [u8; 3] {
        [self.0[0][usize::from(r)], self.0[1][usize::from(g)], self.0[2][usize::from(b)]]
    }
}

/// The mean light of pixels, each counting by its weight.
pub fn mean_light(pixels: &[[u8; 3]], weight: impl Fn(usize) -> f32) -> [f32; 3] {
    let (mut sums, mut total) = ([0.0_f64; 3], 0.0_f64);
    for (at, pixel) in pixels.iter().enumerate() {
        let weight = f64::from(weight(at));
        total += weight;
        for (sum, &value) in sums.iter_mut().zip(pixel) {
            let value = f64::from(value) / 255.0;
            *sum += weight * value * value;
        }
    }
    sums.map(|sum| (sum / total.max(1e-6)) as f32)
}

/// The mean light of what a mask says is the subject.
pub fn subject_light(pixels: &[[u8; 3]], mask: &Map) -> [f32; 3] {
    mean_light(pixels, |at| mask.values[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_bounded_and_in_order(subject in prop::array::uniform3(0.0_f32..=1.0), picture in prop::array::uniform3(0.0_f32..=1.0)) {
            let tone = Tone::between(subject, picture);
            for value in 0..=254_u8 {
                let (this, next) = (tone.of([value; 3]), tone.of([value + 1; 3]));
                for c in 0..3 {
                    prop_assert!(this[c] <= next[c]);
                    let factor = f32::from(this[c]) / f32::from(value).max(1.0);
                    prop_assert!(value < 8 || (0.8..=1.2).contains(&factor), "{value} {factor}");
                }
            }
        }

        #[test]
        fn the_same_light_changes_nothing(light in prop::array::uniform3(0.05_f32..=1.0), colour: [u8; 3]) {
            prop_assert_eq!(Tone::between(light, light).of(colour), colour);
        }
    }

    #[test]
    fn it_goes_towards_the_picture() {
        let night = Tone::between([0.4; 3], [0.02, 0.03, 0.08]);
        let [r, g, b] = night.of([128; 3]);
        assert!(r < g && g < b && g < 120, "{r} {g} {b}");
        let sunset = Tone::between([0.3; 3], [0.6, 0.3, 0.15]);
        let [r, _, b] = sunset.of([128; 3]);
        assert!(r > 128 && b < 128, "{r} {b}");
    }
}
