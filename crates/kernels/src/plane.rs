//! What lies between the convolutions: halving and enlarging a plane.

use super::simd::{Simd, with_unit};
use super::tensor::{Pool, Tensor};
use crate::parallel;

/// Two neighbours in a row, and how far it is to the second.
pub type Between = (usize, usize, f32);

/// The neighbours of a place in a row of `count`; outside it, the one at the end.
#[inline(always)]
pub fn between(at: f32, count: usize) -> Between {
    let at = at.max(0.0);
    let first = (at as usize).min(count - 1);
    (first, (first + 1).min(count - 1), at - first as f32)
}

/// Half the size, rounded up: the largest of each 2 × 2.
pub fn halve(pool: &mut Pool<'_>, input: &Tensor) -> Tensor {
    let (height, width) = (input.height.div_ceil(2), input.width.div_ceil(2));
    let size = width * input.channels;
    pool.tensor([height, width, input.channels], |unit, output| {
        with_unit!(unit, simd => {
            parallel::pieces(output.values_mut(), size, |y, row, _: &mut ()| {
                simd.run(#[inline(always)] || halve_row(simd, input, y, row));
            });
        });
    })
}

#[inline(always)]
fn halve_row<S: Simd>(simd: S, input: &Tensor, y: usize, row: &mut [f32]) {
    let (top, bottom) = (2 * y, (2 * y + 1).min(input.height - 1));
    for (x, to) in row.chunks_exact_mut(input.channels).enumerate() {
        let (left, right) = (2 * x, (2 * x + 1).min(input.width - 1));
        let (a, b) = (input.pixel(top, left), input.pixel(top, right));
        let (c, d) = (input.pixel(bottom, left), input.pixel(bottom, right));
        for i in (0..to.len()).step_by(S::WIDTH) {
            let above = simd.max(simd.load(&a[i..]), simd.load(&b[i..]));
            let below = simd.max(simd.load(&c[i..]), simd.load(&d[i..]));
            simd.store(&mut to[i..], simd.max(above, below));
        }
    }
}

/// Enlarges to a size by straight lines between pixel centres.
pub fn enlarge(pool: &mut Pool<'_>, input: &Tensor, height: usize, width: usize) -> Tensor {
    let size = width * input.channels;
    pool.tensor([height, width, input.channels], |unit, output| {
        let place = |at: usize, from: usize, to: usize| {
            let step = from as f32 / to as f32;
            between((at as f32 + 0.5) * step - 0.5, from)
        };
        let across: Vec<_> = (0..width).map(|x| place(x, input.width, width)).collect();
        with_unit!(unit, simd => {
            parallel::pieces(output.values_mut(), size, |y, row, _: &mut ()| {
                let down = place(y, input.height, height);
                simd.run(#[inline(always)] || enlarge_row(simd, input, down, &across, row));
            });
        });
    })
}

#[inline(always)]
fn enlarge_row<S: Simd>(
    simd: S,
    input: &Tensor,
    (top, bottom, low): Between,
    across: &[Between],
    row: &mut [f32],
) {
    for (to, &(left, right, far)) in row.chunks_exact_mut(input.channels).zip(across) {
        let (a, b) = (input.pixel(top, left), input.pixel(top, right));
        let (c, d) = (input.pixel(bottom, left), input.pixel(bottom, right));
        let shares = [(1.0 - low) * (1.0 - far), (1.0 - low) * far, low * (1.0 - far), low * far];
        // The maps at the end have one channel.
        if !to.len().is_multiple_of(S::WIDTH) {
            for (i, to) in to.iter_mut().enumerate() {
                *to = shares[0] * a[i] + shares[1] * b[i] + shares[2] * c[i] + shares[3] * d[i];
            }
            continue;
        }
        let zero = simd.splat(0.0);
        for i in (0..to.len()).step_by(S::WIDTH) {
            let mut sum = zero;
            for (pixel, share) in [a, b, c, d].iter().zip(shares) {
                sum = simd.mul_add(simd.splat(share), simd.load(&pixel[i..]), sum);
            }
            simd.store(&mut to[i..], sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(height: usize, width: usize, values: &[f32]) -> Tensor {
        Tensor::of(height, width, 1, values.to_vec())
    }

    #[test]
    fn halving_rounds_up_and_keeps_the_largest() {
        let each = |value: usize| vec![value as f32; 8];
        let nine = Tensor::of(3, 3, 8, (1..=9).flat_map(each).collect());
        let half = halve(&mut Pool::unplanned(), &nine);
        assert_eq!((half.height, half.width), (2, 2));
        assert_eq!(half.values(), [5, 6, 8, 9].map(each).concat());
    }

    #[test]
    fn one_channel_is_enlarged_as_eight_are() {
        let one: Vec<f32> = (0..12).map(|i| (i * i) as f32).collect();
        let eight = one.iter().flat_map(|&value| [value; 8]).collect();
        let pool = &mut Pool::unplanned();
        let one = enlarge(pool, &plane(3, 4, &one), 7, 9);
        let eight = enlarge(pool, &Tensor::of(3, 4, 8, eight), 7, 9);
        for (one, eight) in one.values().iter().zip(eight.values().chunks_exact(8)) {
            assert!(eight.iter().all(|value| (value - one).abs() < 1e-4));
        }
    }

    #[test]
    fn enlarging_keeps_the_centres() {
        let large = enlarge(&mut Pool::unplanned(), &plane(1, 2, &[0., 4.]), 1, 4);
        assert_eq!(large.values(), [0., 1., 3., 4.]);
        let same = enlarge(&mut Pool::unplanned(), &plane(2, 2, &[1., 2., 3., 4.]), 2, 2);
        assert_eq!(same.values(), [1., 2., 3., 4.]);
    }
}
