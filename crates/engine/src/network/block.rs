//! The blocks: small U's inside the large one.

use super::conv::Conv;
use super::plane;
use super::tensor::{Pool, Tensor};
use super::weights::Damage;
use super::{Loader, NARROW, WIDE};

/// A U of some depth: halve and convolve down, enlarge and convolve up, and add what went in.
#[derive(Debug)]
pub struct Block {
    enter: Conv,
    down: Vec<Conv>,
    bottom: Conv,
    up: Vec<Conv>,
}

impl Block {
    /// A block of `depth` levels (the paper's RSU-7 to RSU-4).
    pub fn load(loader: &mut Loader<'_>, depth: usize, inputs: usize) -> Result<Self, Damage> {
        let enter = loader.conv(inputs, WIDE, 1)?;
        let mut down = vec![loader.conv(WIDE, NARROW, 1)?];
        for _ in 2..depth {
            down.push(loader.conv(NARROW, NARROW, 1)?);
        }
        let bottom = loader.conv(NARROW, NARROW, 2)?;
        let mut up = Vec::new();
        for _ in 2..depth {
            up.push(loader.conv(2 * NARROW, NARROW, 1)?);
        }
        up.push(loader.conv(2 * NARROW, WIDE, 1)?);
        Ok(Self { enter, down, bottom, up })
    }

    pub fn run(&self, pool: &mut Pool, inputs: &[&Tensor]) -> Tensor {
        let entered = self.enter.run(pool, inputs, None);
        let mut levels: Vec<Tensor> = Vec::new();
        for conv in &self.down {
            let level = match levels.last() {
                None => conv.run(pool, &[&entered], None),
                Some(above) => {
                    let half = plane::halve(pool, above);
                    let level = conv.run(pool, &[&half], None);
                    pool.give(half);
                    level
                }
            };
            levels.push(level);
        }
        // What went in is added to the last convolution, at the top.
        let plus = |level: usize| (level == 0).then_some(&entered);
        let mut result: Option<Tensor> = None;
        for conv in &self.up {
            let Some(level) = levels.pop() else { break };
            let below = match result.take() {
                None => self.bottom.run(pool, &[&level], None),
                Some(below) if below.height == level.height && below.width == level.width => below,
                Some(below) => {
                    let large = plane::enlarge(pool, &below, level.height, level.width);
                    pool.give(below);
                    large
                }
            };
            result = Some(conv.run(pool, &[&below, &level], plus(levels.len())));
            pool.give(below);
            pool.give(level);
        }
        match result {
            Some(result) => {
                pool.give(entered);
                result
            }
            // Not met: a block has at least one level.
            None => entered,
        }
    }
}

/// A block too deep in the U to be halved further: holes in the kernels widen its view instead
/// (the paper's RSU-4F).
#[derive(Debug)]
pub struct Flat {
    enter: Conv,
    down: [Conv; 4],
    up: [Conv; 3],
}

impl Flat {
    pub fn load(loader: &mut Loader<'_>, inputs: usize) -> Result<Self, Damage> {
        Ok(Self {
            enter: loader.conv(inputs, WIDE, 1)?,
            down: [
                loader.conv(WIDE, NARROW, 1)?,
                loader.conv(NARROW, NARROW, 2)?,
                loader.conv(NARROW, NARROW, 4)?,
                loader.conv(NARROW, NARROW, 8)?,
            ],
            up: [
                loader.conv(2 * NARROW, NARROW, 4)?,
                loader.conv(2 * NARROW, NARROW, 2)?,
                loader.conv(2 * NARROW, WIDE, 1)?,
            ],
        })
    }

    pub fn run(&self, pool: &mut Pool, inputs: &[&Tensor]) -> Tensor {
        let entered = self.enter.run(pool, inputs, None);
        let [one, two, three, four] = &self.down;
        let first = one.run(pool, &[&entered], None);
        let second = two.run(pool, &[&first], None);
        let third = three.run(pool, &[&second], None);
        let fourth = four.run(pool, &[&third], None);
        let [three, two, one] = &self.up;
        let up = three.run(pool, &[&fourth, &third], None);
        let higher = two.run(pool, &[&up, &second], None);
        let result = one.run(pool, &[&higher, &first], Some(&entered));
        for tensor in [entered, first, second, third, fourth, up, higher] {
            pool.give(tensor);
        }
        result
    }
}
