//! Work on separate pieces of a buffer, on one core or on all of them.
//!
//! A piece never depends on another and is worked on in one order, so the bytes are the same with
//! the feature `threads` and without it.

/// Calls `work(index, piece, scratch)` for each piece of `size` items, the last may be shorter.
/// `scratch` is kept from piece to piece by whoever works on them; its content is leftovers.
#[cfg(feature = "threads")]
pub fn pieces<T: Send, S: Default>(
    items: &mut [T],
    size: usize,
    work: impl Fn(usize, &mut [T], &mut S) + Sync + Send,
) {
    use rayon::prelude::*;
    items
        .par_chunks_mut(size.max(1))
        .enumerate()
        .for_each_init(S::default, |scratch, (i, piece)| work(i, piece, scratch));
}

/// Calls `work(index, piece, scratch)` for each piece of `size` items, the last may be shorter.
/// `scratch` is kept from piece to piece; its content is leftovers.
#[cfg(not(feature = "threads"))]
pub fn pieces<T: Send, S: Default>(
    items: &mut [T],
    size: usize,
    work: impl Fn(usize, &mut [T], &mut S) + Sync + Send,
) {
    let mut scratch = S::default();
    for (i, piece) in items.chunks_mut(size.max(1)).enumerate() {
        work(i, piece, &mut scratch);
    }
}
