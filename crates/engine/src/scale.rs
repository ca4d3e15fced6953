//! Another size, by the cubic filters of Mitchell and Netravali ("Reconstruction filters in computer
//! graphics", 1988). They are polynomials: the same numbers on every machine.

use crate::parallel;
use crate::raster::Size;

/// How a pixel's worth spreads.
#[derive(Debug, Clone, Copy)]
pub enum Filter {
    /// Catmull and Rom's: for photographs.
    Sharp,
    /// Mitchell and Netravali's: hardly rings; for masks.
    Smooth,
    /// The B-spline: no grid shows however large; for what is out of focus.
    Soft,
}

impl Filter {
    /// The weight at a distance in pixels; nothing from two on.
    fn weight(self, distance: f32) -> f32 {
        let (b, c) = match self {
            Self::Sharp => (0.0, 0.5),
            Self::Smooth => (1.0 / 3.0, 1.0 / 3.0),
            Self::Soft => (1.0, 0.0),
        };
        let x = distance.abs();
        let sixths = if x < 1.0 {
            ((12.0 - 9.0 * b - 6.0 * c) * x + (-18.0 + 12.0 * b + 6.0 * c)) * x * x
                + (6.0 - 2.0 * b)
        } else if x < 2.0 {
            (((-b - 6.0 * c) * x + (6.0 * b + 30.0 * c)) * x + (-12.0 * b - 48.0 * c)) * x
                + (8.0 * b + 24.0 * c)
        } else {
            0.0
        };
        sixths / 6.0
    }

    /// For each place of the new row: where its part of the old row starts, and the weights.
    fn taps(self, from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
        let step = from as f32 / to as f32;
        // When shrinking, the filter spans as many old pixels as one new pixel covers.
        let span = step.max(1.0);
        let tap = |place: usize| {
            let centre = (place as f32 + 0.5) * step - 0.5;
            let first = (centre - 2.0 * span).ceil().max(0.0) as usize;
            let last = ((centre + 2.0 * span).floor().max(0.0) as usize).min(from - 1);
            let first = first.min(last);
            let mut weights: Vec<f32> =
                (first..=last).map(|at| self.weight((at as f32 - centre) / span)).collect();
            let sum: f32 = weights.iter().sum();
            weights.iter_mut().for_each(|weight| *weight /= sum);
            (first, weights)
        };
        (0..to).map(tap).collect()
    }
}

/// Scales `from`, which has `C` numbers a pixel, and hands each new row to `finish(y, row, to)` to be
/// written to the row of the result.
pub fn scale_with<T: Copy + Into<f32> + Sync, U: Send + Copy + Default, const C: usize>(
    from: &[T],
    size: Size,
    to: Size,
    filter: Filter,
    finish: impl Fn(usize, &[f32], &mut [U]) + Sync + Send,
) -> Vec<U> {
    let down = filter.taps(size.height, to.height);
    let across = filter.taps(size.width, to.width);
    let mut result = vec![U::default(); to.area() * C];
    let work = |y: usize, row: &mut [U], (column, line): &mut (Vec<f32>, Vec<f32>)| {
        // Down first: that is whole rows at once, and leaves one row to go across.
        column.clear();
        column.resize(size.width * C, 0.0);
        let (first, weights) = &down[y];
        let rows = from.chunks_exact(size.width * C).skip(*first);
        for (weight, values) in weights.iter().zip(rows) {
            for (sum, &value) in column.iter_mut().zip(values) {
                *sum += weight * value.into();
            }
        }
        line.clear();
        let (pixels, _) = column.as_chunks::<C>();
        for (first, weights) in &across {
            let mut sums = [0.0; C];
            for (weight, pixel) in weights.iter().zip(&pixels[*first..]) {
                for (sum, value) in sums.iter_mut().zip(pixel) {
                    *sum += weight * value;
                }
            }
            line.extend(sums);
        }
        finish(y, line, row);
    };
    parallel::pieces(&mut result, to.width * C, work);
    result
}

/// Scales bytes, `C` a pixel.
pub fn scale<const C: usize>(from: &[u8], size: Size, to: Size, filter: Filter) -> Vec<u8> {
    if size == to {
        return from.to_vec();
    }
    scale_with::<u8, u8, C>(from, size, to, filter, |_, line, row| {
        for (to, &value) in row.iter_mut().zip(line) {
            *to = byte(value);
        }
    })
}

/// Rounds to a byte; what lies outside is cut.
#[inline(always)]
pub fn byte(value: f32) -> u8 {
    (value + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILTERS: [Filter; 3] = [Filter::Sharp, Filter::Smooth, Filter::Soft];

    proptest! {
        #[test]
        fn a_flat_picture_stays_flat(w in 1..40_usize, h in 1..40_usize, tw in 1..40_usize, th in 1..40_usize, value: u8) {
            let (size, to) = (Size { width: w, height: h }, Size { width: tw, height: th });
            for filter in FILTERS {
                let scaled = scale::<3>(&vec![value; size.area() * 3], size, to, filter);
                prop_assert!(scaled.len() == to.area() * 3 && scaled.iter().all(|&v| v == value));
            }
        }

        #[test]
        fn shrinking_keeps_the_mean(seed: u64) {
            let mut random = crate::random::Random::new(seed);
            let size = Size { width: 64, height: 48 };
            let from: Vec<u8> = (0..size.area()).map(|_| 64 + (random.bits() % 128) as u8).collect();
            let scaled = scale::<1>(&from, size, Size { width: 16, height: 12 }, Filter::Sharp);
            let mean = |v: &[u8]| v.iter().map(|&v| f32::from(v)).sum::<f32>() / v.len() as f32;
            prop_assert!((mean(&from) - mean(&scaled)).abs() < 3.0);
        }
    }

    #[test]
    fn the_same_size_is_the_same_picture() {
        let size = Size { width: 3, height: 2 };
        assert_eq!(scale::<1>(&[1, 2, 3, 4, 5, 6], size, size, Filter::Sharp), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn sizes_within() {
        let size = |width, height| Size { width, height };
        assert_eq!(size(4000, 3000).within(1000), size(1000, 750));
        assert_eq!(size(600, 400).within(1000), size(600, 400));
        assert_eq!(size(60_000, 1).within(1000), size(1000, 1));
    }
}
