//! One convolution: the kernels in the order that its method wants, chosen when it is loaded.

use super::gather;
use super::gemm::panel_width;
use super::plane;
use super::simd::{Simd, Unit, with_unit};
use super::tensor::{Pool, Tensor};
use super::winograd;
use crate::parallel;

/// One convolution as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub shape: Shape,
    /// Out, in, row, column.
    pub weights: Vec<f32>,
    pub bias: Vec<f32>,
}

/// What a convolution looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub inputs: usize,
    pub outputs: usize,
    /// The side of the kernel, 1 or 3.
    pub side: usize,
    pub dilation: usize,
}

/// A 3 × 3 convolution followed by a rectifier.
#[derive(Debug)]
pub struct Conv {
    unit: Unit,
    packed: Vec<f32>,
    bias: Vec<f32>,
    dilation: usize,
    is_winograd: bool,
}

/// Above so many kernels they are gathered: Winograd's method makes each four times as large, and so
/// many take long to come from memory where the planes are small, as they are there. With all of them
/// its way the full network took 682 MB for 366 and was no faster. U²-Netp's largest has 8,192.
const MOST_KERNELS: usize = 256 * 256;

/// Channels are filled up to a multiple of this, which is one vector of the widest unit.
const CHANNELS: usize = 8;

/// How many channels a tensor of `channels` is stored with.
pub const fn padded(channels: usize) -> usize {
    channels.next_multiple_of(CHANNELS)
}

impl Conv {
    /// Packs a layer. Its outputs are a multiple of a panel's width, which the caller has checked.
    pub fn new(unit: Unit, layer: &Layer) -> Self {
        with_unit!(unit, simd => Self::packed(simd, unit, layer))
    }

    fn packed<S: Simd>(_: S, unit: Unit, layer: &Layer) -> Self {
        let shape = layer.shape;
        debug_assert!(shape.outputs.is_multiple_of(panel_width::<S>()));
        let is_winograd = shape.dilation == 1 && shape.inputs * shape.outputs <= MOST_KERNELS;
        let pack = match is_winograd {
            true => winograd::pack::<S>,
            false => gather::pack::<S>,
        };
        Self {
            unit,
            packed: pack(&layer.weights, shape.inputs, padded(shape.inputs), shape.outputs),
            bias: layer.bias.clone(),
            dilation: shape.dilation,
            is_winograd,
        }
    }

    /// Convolution of the inputs side by side, bias, rectifier; then `plus` is added.
    pub fn run(&self, pool: &mut Pool<'_>, inputs: &[&Tensor], plus: Option<&Tensor>) -> Tensor {
        let (height, width) = inputs.first().map_or((0, 0), |first| (first.height, first.width));
        pool.tensor([height, width, self.bias.len()], |_, output| {
            with_unit!(self.unit, simd => self.fill(simd, inputs, plus, output));
        })
    }

    fn fill<S: Simd>(&self, simd: S, inputs: &[&Tensor], plus: Option<&Tensor>, to: &mut Tensor) {
        let (packed, bias) = (&self.packed, &self.bias);
        if self.is_winograd {
            let layer = winograd::Layer { inputs, packed, bias, plus };
            let height = winograd::strip_height(to.width);
            let size = height * to.width * to.channels;
            parallel::pieces(to.values_mut(), size, |i, strip, scratch| {
                simd.run(
                    #[inline(always)]
                    || winograd::strip(simd, &layer, i * height, strip, scratch),
                );
            });
        } else {
            let layer = gather::Layer { inputs, packed, bias, plus, dilation: self.dilation };
            let size = gather::PIXELS * to.channels;
            parallel::pieces(to.values_mut(), size, |i, pixels, scratch| {
                simd.run(
                    #[inline(always)]
                    || gather::pixels(simd, &layer, i * gather::PIXELS, pixels, scratch),
                );
            });
        }
    }
}

/// A 3 × 3 convolution to one channel, without a rectifier: too thin for a matrix product.
#[derive(Debug)]
pub struct Side {
    unit: Unit,
    /// Row, column, channel in.
    kernel: Vec<f32>,
    bias: f32,
}

impl Side {
    /// Reorders a layer with one output.
    pub fn new(unit: Unit, layer: &Layer) -> Self {
        let inputs = padded(layer.shape.inputs);
        let mut kernel = vec![0.0; 9 * inputs];
        for (at, &weight) in layer.weights.iter().enumerate() {
            kernel[at % 9 * inputs + at / 9] = weight;
        }
        Self { unit, kernel, bias: layer.bias.iter().sum() }
    }

    /// A plane of the input's size.
    pub fn run(&self, pool: &mut Pool<'_>, input: &Tensor) -> Tensor {
        pool.tensor([input.height, input.width, 1], |_, output| {
            with_unit!(self.unit, simd => {
                parallel::pieces(output.values_mut(), input.width, |y, row, _: &mut ()| {
                    simd.run(#[inline(always)] || self.row(simd, input, y, row));
                });
            });
        })
    }

    /// The plane at another size.
    pub fn map(&self, pool: &mut Pool<'_>, input: &Tensor, width: usize, height: usize) -> Tensor {
        let small = self.run(pool, input);
        let large = plane::enlarge(pool, &small, height, width);
        pool.give(small);
        large
    }

    #[inline(always)]
    fn row<S: Simd>(&self, simd: S, input: &Tensor, y: usize, row: &mut [f32]) {
        // As many sums for every unit, so that all add in one order.
        let parts = CHANNELS / S::WIDTH;
        let mut numbers_of_sums = [0.0; CHANNELS];
        for (x, to) in row.iter_mut().enumerate() {
            let mut sums = [simd.splat(0.0); CHANNELS];
            for (at, kernel) in self.kernel.chunks_exact(input.channels).enumerate() {
                let (y, x) = ((y + at / 3).wrapping_sub(1), (x + at % 3).wrapping_sub(1));
                if y >= input.height || x >= input.width {
                    continue;
                }
                let pixel = input.pixel(y, x).chunks_exact(CHANNELS);
                for (numbers, weights) in pixel.zip(kernel.chunks_exact(CHANNELS)) {
                    for (part, sum) in sums.iter_mut().enumerate().take(parts) {
                        let (numbers, weights) =
                            (&numbers[part * S::WIDTH..], &weights[part * S::WIDTH..]);
                        *sum = simd.mul_add(simd.load(numbers), simd.load(weights), *sum);
                    }
                }
            }
            for (part, sum) in sums.iter().enumerate().take(parts) {
                simd.store(&mut numbers_of_sums[part * S::WIDTH..], *sum);
            }
            *to = self.bias + numbers_of_sums.iter().sum::<f32>();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::simd::Portable;
    use super::*;
    use proptest::prelude::*;

    /// A linear congruence: enough for test data.
    struct Random(u64);

    impl Random {
        fn new(seed: u64) -> Self {
            Self(seed)
        }

        /// At least 0, below 1.
        fn unit(&mut self) -> f32 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (self.0 >> 40) as f32 / (1_u64 << 24) as f32
        }
    }

    /// The definition of a convolution, in the plainest way.
    fn naive(layer: &Layer, inputs: &[&Tensor], rectify: bool) -> Vec<f32> {
        let Shape { inputs: channels, outputs, dilation, .. } = layer.shape;
        let (height, width) = (inputs[0].height, inputs[0].width);
        let at = |y: usize, x: usize, mut c: usize| {
            for input in inputs {
                if c < input.channels {
                    return input.pixel(y, x)[c];
                }
                c -= input.channels;
            }
            0.0
        };
        let mut result = Vec::new();
        for (y, x, o) in (0..height)
            .flat_map(|y| (0..width).map(move |x| (y, x)))
            .flat_map(|(y, x)| (0..outputs).map(move |o| (y, x, o)))
        {
            let mut sum = f64::from(layer.bias[o]);
            for (k, c) in (0..9).flat_map(|k| (0..channels).map(move |c| (k, c))) {
                let (y, x) = (
                    (y + k / 3 * dilation).wrapping_sub(dilation),
                    (x + k % 3 * dilation).wrapping_sub(dilation),
                );
                if y < height && x < width {
                    let weight = layer.weights[(o * channels + c) * 9 + k];
                    sum += f64::from(weight) * f64::from(at(y, x, c));
                }
            }
            result.push(if rectify { sum.max(0.0) as f32 } else { sum as f32 });
        }
        result
    }

    fn tensor(random: &mut Random, height: usize, width: usize, channels: usize) -> Tensor {
        let values = (0..height * width * channels).map(|_| random.unit() - 0.5).collect();
        Tensor::of(height, width, channels, values)
    }

    fn layer(random: &mut Random, inputs: usize, outputs: usize, dilation: usize) -> Layer {
        Layer {
            shape: Shape { inputs, outputs, side: 3, dilation },
            weights: (0..inputs * outputs * 9).map(|_| random.unit() - 0.5).collect(),
            bias: (0..outputs).map(|_| random.unit() - 0.5).collect(),
        }
    }

    fn units() -> [Unit; 2] {
        [Unit::best(), Unit::Portable(Portable)]
    }

    // An interpreter takes some thousand times as long; 5 is a whole tile and a part of one.
    const CASES: u32 = if cfg!(miri) { 1 } else { 64 };
    const LONGEST: usize = if cfg!(miri) { 6 } else { 22 };
    const WIDEST: usize = if cfg!(miri) { 1 } else { 2 };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(CASES))]
        #[test]
        fn each_method_is_a_convolution(
            height in 1..LONGEST, width in 1..LONGEST, dilation in 1..9_usize,
            parts in prop::collection::vec(1..=WIDEST, 1..3), panels in 1..=WIDEST, plus: bool, seed: u64,
        ) {
            let mut random = Random::new(seed);
            let inputs: Vec<_> = parts.iter().map(|n| tensor(&mut random, height, width, n * 8)).collect();
            let inputs: Vec<_> = inputs.iter().collect();
            let layer = layer(&mut random, parts.iter().sum::<usize>() * 8, panels * 16, dilation);
            let plus = plus.then(|| tensor(&mut random, height, width, panels * 16));
            let mut wanted = naive(&layer, &inputs, true);
            if let Some(plus) = &plus {
                wanted.iter_mut().zip(plus.values()).for_each(|(a, b)| *a += b);
            }
            for unit in units() {
                let got = Conv::new(unit, &layer).run(&mut Pool::unplanned(), &inputs, plus.as_ref());
                for (got, wanted) in got.values().iter().zip(&wanted) {
                    prop_assert!((got - wanted).abs() < 2e-4, "{got} {wanted} {unit:?}");
                }
            }
        }

        #[test]
        fn a_side_is_a_convolution(height in 1..9_usize, width in 1..9_usize, parts in 1..4_usize, seed: u64) {
            let mut random = Random::new(seed);
            let input = tensor(&mut random, height, width, parts * 8);
            let layer = layer(&mut random, parts * 8, 1, 1);
            let wanted = naive(&layer, &[&input], false);
            for unit in units() {
                let got = Side::new(unit, &layer).run(&mut Pool::unplanned(), &input);
                for (got, wanted) in got.values().iter().zip(&wanted) {
                    prop_assert!((got - wanted).abs() < 1e-4, "{got} {wanted}");
                }
            }
        }
    }

    #[test]
    fn channels_that_fill_up_count_as_nothing() {
        let mut random = Random::new(7);
        let layer = layer(&mut random, 3, 16, 1);
        let mut input = tensor(&mut random, 9, 11, 8);
        let wanted = {
            let values = input.values().chunks_exact(8).flat_map(|p| [p[0], p[1], p[2]]).collect();
            naive(&layer, &[&Tensor::of(9, 11, 3, values)], true)
        };
        input.values_mut().chunks_exact_mut(8).for_each(|p| p[3..].fill(0.0));
        let got = Conv::new(Unit::best(), &layer).run(&mut Pool::unplanned(), &[&input], None);
        assert!(got.values().iter().zip(&wanted).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}
