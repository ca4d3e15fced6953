//! How much of a cut-out is right.

use image::{GrayImage, RgbaImage};
use std::fmt;

/// Of one photo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Intersection over union of what is at least half there; 1 where nothing is in either.
    pub overlap: f64,
    /// The mean difference of alpha, 0 to 1.
    pub error: f64,
}

impl Score {
    /// Of a cut-out's alpha beside a mask of its size.
    pub fn of(cut: &RgbaImage, mask: &GrayImage) -> Self {
        let (mut both, mut either, mut error) = (0_u32, 0_u32, 0_u64);
        let cut = super::alpha(cut);
        for (made, meant) in cut.iter().zip(mask.iter()) {
            let (here, there) = (*made >= 128, *meant >= 128);
            both += u32::from(here && there);
            either += u32::from(here || there);
            error += u64::from(made.abs_diff(*meant));
        }
        let pixels = f64::from(mask.width()) * f64::from(mask.height());
        let overlap = if either == 0 { 1.0 } else { f64::from(both) / f64::from(either) };
        Self { overlap, error: error as f64 / 255.0 / pixels }
    }
}

/// Of many.
#[derive(Debug, Default)]
pub struct Total {
    count: f64,
    overlap: f64,
    good: f64,
    error: f64,
}

impl Total {
    pub fn add(&mut self, score: Score) {
        self.count += 1.0;
        self.overlap += score.overlap;
        self.good += f64::from(u8::from(score.overlap > 0.9));
        self.error += score.error;
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, overlap, good, error } = self;
        let (overlap, good, error) = (overlap / count, 100.0 * good / count, error / count);
        write!(f, "{count} photographs, IoU {overlap:.3}, {good:.0} % above .9, MAE {error:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(alpha: [u8; 4]) -> RgbaImage {
        RgbaImage::from_fn(4, 1, |x, _| [9, 9, 9, alpha[x as usize]].into())
    }

    fn mask(values: [u8; 4]) -> GrayImage {
        GrayImage::from_fn(4, 1, |x, _| [values[x as usize]].into())
    }

    #[test]
    fn scores_are_what_they_say() {
        let score = Score::of(&cut([255, 255, 0, 0]), &mask([255, 0, 0, 0]));
        assert_eq!(score, Score { overlap: 0.5, error: 0.25 });
        let score = Score::of(&cut([0, 0, 0, 51]), &mask([0; 4]));
        assert_eq!(score, Score { overlap: 1.0, error: 0.05 });
        let mut total = Total::default();
        total.add(Score { overlap: 1.0, error: 0.0 });
        total.add(Score { overlap: 0.5, error: 0.25 });
        assert_eq!(total.to_string(), "2 photographs, IoU 0.750, 50 % above .9, MAE 0.125");
    }
}
