//! What lies between the convolutions: halving and enlarging a plane.

use super::tensor::{Pool, Tensor};
use crate::parallel;

/// Half the size, rounded up: the largest of each 2 × 2.
pub fn halve(pool: &mut Pool, input: &Tensor) -> Tensor {
    let (height, width) = (input.height.div_ceil(2), input.width.div_ceil(2));
    let mut output = pool.tensor(height, width, input.channels);
    let size = width * input.channels;
    parallel::pieces(output.values_mut(), size, |y, row, _: &mut ()| {
        let (top, bottom) = (2 * y, (2 * y + 1).min(input.height - 1));
        for (x, to) in row.chunks_exact_mut(input.channels).enumerate() {
            let (left, right) = (2 * x, (2 * x + 1).min(input.width - 1));
            let four = [(top, left), (top, right), (bottom, left), (bottom, right)];
            let [a, b, c, d] = four.map(|(y, x)| &input.pixel(y, x)[..to.len()]);
            for (i, to) in to.iter_mut().enumerate() {
                // Not `f32::max`, whose care for NaN costs more than the comparison.
                let larger = |a: f32, b: f32| if a > b { a } else { b };
                *to = larger(larger(a[i], b[i]), larger(c[i], d[i]));
            }
        }
    });
    output
}

/// Enlarges to a size by straight lines between pixel centres.
pub fn enlarge(pool: &mut Pool, input: &Tensor, height: usize, width: usize) -> Tensor {
    let mut output = pool.tensor(height, width, input.channels);
    let down = between(input.height, height);
    let across = between(input.width, width);
    let size = width * input.channels;
    parallel::pieces(output.values_mut(), size, |y, row, _: &mut ()| {
        let (top, bottom, low) = down(y);
        for (x, to) in row.chunks_exact_mut(input.channels).enumerate() {
            let (left, right, far) = across(x);
            let four = [(top, left), (top, right), (bottom, left), (bottom, right)];
            let [a, b, c, d] = four.map(|(y, x)| &input.pixel(y, x)[..to.len()]);
            let shares =
                [(1.0 - low) * (1.0 - far), (1.0 - low) * far, low * (1.0 - far), low * far];
            for (i, to) in to.iter_mut().enumerate() {
                *to = shares[0] * a[i] + shares[1] * b[i] + shares[2] * c[i] + shares[3] * d[i];
            }
        }
    });
    output
}

/// For a place in the larger row: the two in the smaller, and how far it is to the second.
fn between(from: usize, to: usize) -> impl Fn(usize) -> (usize, usize, f32) + Sync {
    let step = from as f32 / to as f32;
    move |place| {
        let at = ((place as f32 + 0.5) * step - 0.5).max(0.0);
        let first = (at as usize).min(from - 1);
        (first, (first + 1).min(from - 1), at - first as f32)
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
        let half = halve(&mut Pool::default(), &plane(3, 3, &[1., 2., 3., 4., 5., 6., 7., 8., 9.]));
        assert_eq!((half.height, half.width), (2, 2));
        assert_eq!(half.values(), [5., 6., 8., 9.]);
    }

    #[test]
    fn enlarging_keeps_the_centres() {
        let large = enlarge(&mut Pool::default(), &plane(1, 2, &[0., 4.]), 1, 4);
        assert_eq!(large.values(), [0., 1., 3., 4.]);
        let same = enlarge(&mut Pool::default(), &plane(2, 2, &[1., 2., 3., 4.]), 2, 2);
        assert_eq!(same.values(), [1., 2., 3., 4.]);
    }
}
