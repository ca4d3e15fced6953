//! A stack of planes, and the memory that they take turns with.

use super::simd::Unit;

/// Numbers by row, column, channel: the channels of one pixel lie together, so that a kernel loads
/// several at once.
#[derive(Debug)]
pub struct Tensor {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    /// The first `height · width · channels` are the tensor's; what follows are leftovers.
    memory: Vec<f32>,
    /// Which tensor of the run it is.
    turn: usize,
}

impl Tensor {
    /// A tensor of these numbers, filled up with zeros if there are too few.
    #[cfg(test)]
    pub fn of(height: usize, width: usize, channels: usize, mut values: Vec<f32>) -> Self {
        values.resize(height * width * channels, 0.0);
        Self { height, width, channels, memory: values, turn: 0 }
    }

    fn size(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// All the numbers.
    #[inline(always)]
    pub fn values(&self) -> &[f32] {
        &self.memory[..self.height * self.width * self.channels]
    }

    /// All the numbers, to write.
    pub fn values_mut(&mut self) -> &mut [f32] {
        let size = self.size();
        &mut self.memory[..size]
    }

    /// The channels of a pixel.
    #[inline(always)]
    pub fn pixel(&self, y: usize, x: usize) -> &[f32] {
        &self.memory[(y * self.width + x) * self.channels..][..self.channels]
    }
}

/// Who uses which buffer when, for one size of picture.
///
/// A run asks for the same tensors in the same order each time. So the network is first run without
/// any arithmetic, which tells from when to when each tensor lives; then those that never live at the
/// same time are given the same buffer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// For each tensor in the order of asking: its buffer.
    buffer: Vec<usize>,
    /// For each buffer: how many numbers it holds.
    sizes: Vec<usize>,
}

/// A tensor's size and life, in steps of a run.
#[derive(Debug, Clone, Copy)]
struct Life {
    size: usize,
    from: usize,
    to: usize,
}

impl Plan {
    /// The largest choose first; each takes the smallest buffer that is free while it lives, or a new
    /// one (Pisarchyk and Lee, "Efficient memory management for deep neural net inference", 2020).
    fn of(lives: &[Life]) -> Self {
        let mut plan = Self { buffer: vec![0; lives.len()], sizes: Vec::new() };
        let mut users: Vec<Vec<Life>> = Vec::new();
        let mut left: Vec<usize> = (0..lives.len()).collect();
        // A few hundred: looking for the largest each time costs nothing, and takes less code than
        // sorting.
        while !left.is_empty() {
            let mut at = 0;
            for other in 1..left.len() {
                if lives[left[other]].size >= lives[left[at]].size {
                    at = other;
                }
            }
            let turn = left.swap_remove(at);
            let life = lives[turn];
            // Sizes fall, so the last is the smallest that fits.
            let mut buffer = users.len();
            for (at, users) in users.iter().enumerate() {
                if users.iter().all(|other| other.to < life.from || life.to < other.from) {
                    buffer = at;
                }
            }
            if buffer == users.len() {
                users.push(Vec::new());
                plan.sizes.push(life.size);
            }
            users[buffer].push(life);
            plan.buffer[turn] = buffer;
        }
        plan
    }

    /// How many numbers all buffers hold together.
    #[must_use]
    pub fn total(&self) -> usize {
        self.sizes.iter().sum()
    }
}

/// Hands out the memory of one run.
#[derive(Debug)]
pub struct Pool<'a> {
    unit: Unit,
    turn: usize,
    work: Work<'a>,
}

#[derive(Debug)]
enum Work<'a> {
    /// Only watches; no tensor has memory.
    Planning { clock: usize, lives: Vec<Life> },
    /// By a plan, from buffers that are kept from run to run.
    Planned { plan: &'a Plan, buffers: &'a mut Vec<Vec<f32>> },
    /// From the system: for tests of single layers.
    #[cfg(test)]
    Unplanned,
}

impl<'a> Pool<'a> {
    /// Watches a run in which nothing is computed; [`Pool::plan`] then tells what was seen.
    pub fn planning(unit: Unit) -> Self {
        Self { unit, turn: 0, work: Work::Planning { clock: 0, lives: Vec::new() } }
    }

    /// Runs by a plan. The buffers grow to what it needs.
    pub fn planned(unit: Unit, plan: &'a Plan, buffers: &'a mut Vec<Vec<f32>>) -> Self {
        buffers.resize_with(plan.sizes.len().max(buffers.len()), Vec::new);
        for (buffer, &size) in buffers.iter_mut().zip(&plan.sizes) {
            if buffer.len() < size {
                // Not `resize`, which would copy leftovers.
                *buffer = Vec::new();
                *buffer = vec![0.0; size];
            }
        }
        Self { unit, turn: 0, work: Work::Planned { plan, buffers } }
    }

    #[cfg(test)]
    pub fn unplanned() -> Self {
        Self { unit: Unit::best(), turn: 0, work: Work::Unplanned }
    }

    /// What was seen.
    pub fn plan(self) -> Plan {
        match self.work {
            Work::Planning { lives, .. } => Plan::of(&lives),
            Work::Planned { plan, .. } => plan.clone(),
            #[cfg(test)]
            Work::Unplanned => Plan::default(),
        }
    }

    /// A tensor whose numbers are leftovers, to be written by `work`, each of them. While planning,
    /// nothing is written.
    pub fn tensor(
        &mut self,
        [height, width, channels]: [usize; 3],
        work: impl FnOnce(Unit, &mut Tensor),
    ) -> Tensor {
        let mut tensor = self.take(height, width, channels);
        if !matches!(self.work, Work::Planning { .. }) {
            work(self.unit, &mut tensor);
        }
        tensor
    }

    /// A tensor, not yet written; while planning, without memory. Not inlined, as one is taken in many
    /// places.
    #[inline(never)]
    fn take(&mut self, height: usize, width: usize, channels: usize) -> Tensor {
        let (turn, size) = (self.turn, height * width * channels);
        self.turn += 1;
        let memory = match &mut self.work {
            Work::Planning { clock, lives } => {
                lives.push(Life { size, from: *clock, to: usize::MAX });
                *clock += 1;
                return Tensor { height, width, channels, memory: Vec::new(), turn };
            }
            Work::Planned { plan, buffers } => {
                let buffer = plan.buffer.get(turn).and_then(|&at| buffers.get_mut(at));
                buffer.map(std::mem::take).filter(|memory| memory.len() >= size)
            }
            #[cfg(test)]
            Work::Unplanned => None,
        };
        // A run that differs from its plan is slower, not wrong.
        let memory = memory.unwrap_or_else(|| vec![0.0; size]);
        Tensor { height, width, channels, memory, turn }
    }

    /// Takes back what is no longer needed.
    #[inline(never)]
    pub fn give(&mut self, tensor: Tensor) {
        match &mut self.work {
            Work::Planning { clock, lives } => {
                if let Some(life) = lives.get_mut(tensor.turn) {
                    life.to = *clock;
                    *clock += 1;
                }
            }
            Work::Planned { plan, buffers } => {
                let place = plan.buffer.get(tensor.turn).and_then(|&at| buffers.get_mut(at));
                if let Some(place) = place {
                    *place = tensor.memory;
                }
            }
            #[cfg(test)]
            Work::Unplanned => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_two_that_live_together_share(
            given in prop::collection::vec((1..100_usize, 0..50_usize, 0..20_usize), 1..60),
        ) {
            let lives: Vec<Life> =
                given.iter().map(|&(size, from, long)| Life { size, from, to: from + long }).collect();
            let plan = Plan::of(&lives);
            for (a, first) in lives.iter().enumerate() {
                prop_assert!(plan.sizes[plan.buffer[a]] >= first.size);
                for (b, second) in lives.iter().enumerate().skip(a + 1) {
                    let together = first.from <= second.to && second.from <= first.to;
                    prop_assert!(!together || plan.buffer[a] != plan.buffer[b]);
                }
            }
            prop_assert!(plan.total() <= lives.iter().map(|life| life.size).sum());
        }
    }
}
