//! A file that is read a window at a time.

use std::ops::RangeInclusive;

/// How much is read at once: large enough that a photo takes few turns, small enough that each is
/// far below a frame's time.
const WINDOW: u64 = 256 << 10;

/// Gives a file's bytes from one place up to before another.
type Read<'a> = &'a dyn Fn(u64, u64) -> Option<Vec<u8>>;

/// A file's bytes, wherever they are.
pub struct File<'a> {
    read: Read<'a>,
    /// In bytes.
    pub(super) length: u64,
    window: Vec<u8>,
    /// Where the window starts.
    at: u64,
}

/// The file ends, or cannot be read, where more of it should be.
#[derive(Debug)]
pub(super) struct Cut;

impl<'a> File<'a> {
    /// A file of this length in bytes.
    pub fn new(length: u64, read: Read<'a>) -> Self {
        Self { read, length, window: Vec::new(), at: 0 }
    }

    /// The bytes from `at` on: at least `least`, which is no more than a window, and as many more as
    /// are at hand.
    pub(super) fn from(&mut self, at: u64, least: u64) -> Result<&[u8], Cut> {
        let end = at.checked_add(least).filter(|&end| end <= self.length).ok_or(Cut)?;
        let known = self.at..=self.at + self.window.len() as u64;
        if !holds(&known, at, end) {
            let to = self.length.min(at.saturating_add(WINDOW));
            self.window = (self.read)(at, to).ok_or(Cut)?;
            self.at = at;
        }
        let start = usize::try_from(at - self.at).map_err(|_| Cut)?;
        self.window.get(start..).filter(|bytes| bytes.len() as u64 >= least).ok_or(Cut)
    }

    /// Exactly `N` bytes from `at` on.
    pub(super) fn take<const N: usize>(&mut self, at: u64) -> Result<[u8; N], Cut> {
        self.from(at, N as u64)?.first_chunk().copied().ok_or(Cut)
    }

    /// The bytes from one place up to before another, as many as a window holds.
    pub(super) fn between(&mut self, from: u64, to: u64) -> Result<&[u8], Cut> {
        let length = to.saturating_sub(from).min(WINDOW);
        let bytes = self.from(from, length)?;
        usize::try_from(length).ok().and_then(|length| bytes.get(..length)).ok_or(Cut)
    }
}

fn holds(known: &RangeInclusive<u64>, at: u64, end: u64) -> bool {
    known.contains(&at) && known.contains(&end)
}
