//! 3 × 3 convolution with holes (dilation): the nine neighbours of each pixel are gathered into a row,
//! and the rows are multiplied by the kernels.

use super::gemm::{self, Left};
use super::simd::Simd;
use super::tensor::Tensor;

/// Pixels worked on together.
pub const PIXELS: usize = 24;
/// Numbers between rows, so that they do not start at the same place of a cache line set.
const GAP: usize = 16;

/// The kernels as a matrix (neighbour and channel in × out), packed for the product.
/// `weights` is out, in, row, column; channels in are filled up to `padded` with zeros.
pub fn pack<S: Simd>(weights: &[f32], inputs: usize, padded: usize, outputs: usize) -> Vec<f32> {
    let mut packed = Vec::with_capacity(9 * padded * outputs);
    gemm::pack::<S>(&mut packed, 9 * padded, outputs, |row, output| {
        let (neighbour, input) = (row / padded, row % padded);
        match input < inputs {
            true => weights[(output * inputs + input) * 9 + neighbour],
            false => 0.0,
        }
    });
    packed
}

/// What a few pixels of the output are made from.
pub struct Layer<'a> {
    /// Side by side they are the channels in; all of one size.
    pub inputs: &'a [&'a Tensor],
    /// From [`pack`].
    pub packed: &'a [f32],
    pub bias: &'a [f32],
    pub dilation: usize,
    /// Added after the rectifier; of the output's size.
    pub plus: Option<&'a Tensor>,
}

/// Makes the pixels from number `start` on: convolution, bias, rectifier.
#[inline(always)]
pub fn pixels<S: Simd>(
    simd: S,
    layer: &Layer<'_>,
    start: usize,
    pixels: &mut [f32],
    scratch: &mut Vec<f32>,
) {
    let Some(first) = layer.inputs.first() else {
        return;
    };
    let (height, width) = (first.height, first.width);
    let channels: usize = layer.inputs.iter().map(|input| input.channels).sum();
    let outputs = layer.bias.len();
    let stride = 9 * channels + GAP;
    let count = pixels.len() / outputs;
    if scratch.len() < count * stride {
        scratch.resize(count * stride, 0.0);
    }
    for (t, row) in scratch.chunks_exact_mut(stride).take(count).enumerate() {
        let (y, x) = ((start + t) / width, (start + t) % width);
        for (neighbour, to) in row.chunks_exact_mut(channels).take(9).enumerate() {
            // Below zero wraps to far outside, which is where the zeros are.
            let y = (y + neighbour / 3 * layer.dilation).wrapping_sub(layer.dilation);
            let x = (x + neighbour % 3 * layer.dilation).wrapping_sub(layer.dilation);
            if y >= height || x >= width {
                to.fill(0.0);
                continue;
            }
            let mut rest = to;
            for input in layer.inputs {
                let (to, after) = rest.split_at_mut(input.channels);
                to.copy_from_slice(input.pixel(y, x));
                rest = after;
            }
        }
    }
    let left = Left { numbers: scratch, rows: count, inner: 9 * channels, stride };
    gemm::multiply(simd, left, layer.packed, pixels, outputs);
    for (t, pixel) in pixels.chunks_exact_mut(outputs).enumerate() {
        for c in (0..outputs).step_by(S::WIDTH) {
            let sum = simd.add(simd.load(&pixel[c..]), simd.load(&layer.bias[c..]));
            let mut sum = simd.max(sum, simd.splat(0.0));
            if let Some(plus) = layer.plus {
                sum = simd.add(sum, simd.load(&plus.values()[(start + t) * outputs + c..]));
            }
            simd.store(&mut pixel[c..], sum);
        }
    }
}
