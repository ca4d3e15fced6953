//! A picture to be judged by its pixels.

use std::path::Path;

/// A decoded picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Pixels(image::RgbaImage);

impl Pixels {
    /// Decodes a file by its first bytes.
    pub fn of(file: &Path) -> Self {
        let bytes = std::fs::read(file).expect("a picture on disk");
        Self::of_bytes(&bytes)
    }

    /// Decodes a file that is in memory.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(image::load_from_memory(bytes).expect("the picture can be decoded").into_rgba8())
    }

    /// Width and height.
    pub fn size(&self) -> (u32, u32) {
        self.0.dimensions()
    }

    /// Red, green, blue and alpha of a small square around a place, on average, which noise and
    /// compression hardly touch. The place is in parts of width and height: (0.5, 0.5) is the middle.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place inside the picture"
    )]
    pub fn at(&self, x: f64, y: f64) -> [u8; 4] {
        let (width, height) = self.size();
        let place = |part: f64, whole: u32| {
            let middle = (part * f64::from(whole)) as u32;
            let start = middle.saturating_sub(3).min(whole.saturating_sub(7));
            start..(start + 7).min(whole)
        };
        let mut sums = [0_u32; 4];
        let mut count = 0;
        for y in place(y, height) {
            for x in place(x, width) {
                for (sum, value) in sums.iter_mut().zip(self.0.get_pixel(x, y).0) {
                    *sum += u32::from(value);
                }
                count += 1;
            }
        }
        sums.map(|sum| (sum / count) as u8)
    }

    /// The part of the pixels, 0 to 1, that differ plainly from another picture's of the same size.
    pub fn different(&self, other: &Self) -> f64 {
        let pairs = self.0.pixels().zip(other.0.pixels());
        let different = pairs.filter(|(one, other)| far(one.0, other.0)).count();
        #[expect(clippy::cast_precision_loss, reason = "a few million pixels")]
        let part = |count: usize| count as f64;
        part(different) / part(self.0.pixels().len())
    }

    /// [`at`](Self::at) for the four corners, a little inside.
    pub fn corners(&self) -> [[u8; 4]; 4] {
        [(0.02, 0.02), (0.98, 0.02), (0.02, 0.98), (0.98, 0.98)].map(|(x, y)| self.at(x, y))
    }
}

/// Whether two colours are the same to the eye; alpha counts as well.
pub fn near(one: [u8; 4], other: [u8; 4]) -> bool {
    distance(one, other) <= 12
}

/// Whether two colours differ plainly.
pub fn far(one: [u8; 4], other: [u8; 4]) -> bool {
    distance(one, other) >= 24
}

fn distance(one: [u8; 4], other: [u8; 4]) -> u8 {
    one.into_iter().zip(other).map(|(a, b)| a.abs_diff(b)).max().unwrap_or_default()
}
