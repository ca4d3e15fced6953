//! The blocks: small U's inside the large one.

use super::weights::Damage;
use super::{Loader, Width};
use backdrop_kernels::{Conv, Pool, Tensor, enlarge, halve};

/// A U of some depth: convolve down, convolve up, and add what went in.
#[derive(Debug)]
pub struct Block {
    enter: Conv,
    down: Vec<Conv>,
    up: Vec<Conv>,
    /// Whether each level is half the size of the one above, but for the last. Else it is as large,
    /// and holes in the kernels widen its view instead.
    halves: bool,
}

impl Block {
    /// A block that halves (the paper's RSU-7 to RSU-4): how wide the holes are on the way down, of
    /// which as many of the last are taken as it has levels.
    pub const HALVING: [usize; 7] = [1, 1, 1, 1, 1, 1, 2];
    /// A block too deep in the U to be halved further (the paper's RSU-4F).
    pub const FLAT: [usize; 4] = [1, 2, 4, 8];

    /// A block with these holes on the way down; on the way up they are the same.
    pub fn load(
        loader: &mut Loader<'_>,
        dilations: &[usize],
        inputs: usize,
        Width { inside, out }: Width,
    ) -> Result<Self, Damage> {
        let mut block = Self {
            enter: loader.conv(inputs, out, 1)?,
            down: Vec::new(),
            up: Vec::new(),
            halves: dilations != Self::FLAT,
        };
        for (level, &dilation) in dilations.iter().enumerate() {
            let inputs = if level == 0 { out } else { inside };
            block.down.push(loader.conv(inputs, inside, dilation)?);
        }
        for level in (0..dilations.len() - 1).rev() {
            let outputs = if level == 0 { out } else { inside };
            block.up.push(loader.conv(2 * inside, outputs, dilations[level])?);
        }
        Ok(block)
    }

    /// Takes the inputs, side by side if there are two, so that their memory serves the levels inside.
    pub fn run(&self, pool: &mut Pool<'_>, input: Tensor, beside: Option<Tensor>) -> Tensor {
        let entered = match beside {
            None => self.enter.run(pool, &[&input], None),
            Some(beside) => {
                let entered = self.enter.run(pool, &[&input, &beside], None);
                pool.give(beside);
                entered
            }
        };
        pool.give(input);
        let mut levels: Vec<Tensor> = Vec::new();
        for (level, conv) in self.down.iter().enumerate() {
            let from = levels.last().unwrap_or(&entered);
            let made = if self.halves && level > 0 && level + 1 < self.down.len() {
                let half = halve(pool, from);
                let made = conv.run(pool, &[&half], None);
                pool.give(half);
                made
            } else {
                conv.run(pool, &[from], None)
            };
            levels.push(made);
        }
        let Some(mut below) = levels.pop() else {
            return entered;
        };
        for conv in &self.up {
            let Some(level) = levels.pop() else {
                break;
            };
            let plus = if levels.is_empty() { Some(&entered) } else { None };
            let joined = conv.run(pool, &[&below, &level], plus);
            pool.give(below);
            pool.give(level);
            below = match levels.last() {
                Some(higher) if self.halves => {
                    let large = enlarge(pool, &joined, higher.height, higher.width);
                    pool.give(joined);
                    large
                }
                _ => joined,
            };
        }
        pool.give(entered);
        below
    }
}
