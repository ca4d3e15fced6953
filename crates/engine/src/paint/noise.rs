//! Smooth randomness over the plane.

use crate::random::mix;

/// A value from 0 to 1 that changes smoothly, about once a unit.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub fn noise(u: f32, v: f32, seed: u64) -> f32 {
    let (x, y) = (u.floor(), v.floor());
    let (fx, fy) = (ease(u - x), ease(v - y));
    let corner = |dx: i64, dy: i64| lattice(x as i64 + dx, y as i64 + dy, seed);
    let top = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * fx;
    let bottom = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * fx;
    top + (bottom - top) * fy
}

/// Noise upon noise, each twice as fine and half as strong; 0 to 1.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub fn layers(u: f32, v: f32, count: u32, seed: u64) -> f32 {
    let (mut sum, mut strength, mut total, mut scale) = (0.0, 1.0, 0.0, 1.0);
    for layer in 0..count {
        let shift = layer as f32 * 17.3;
        sum += strength * noise(u * scale + shift, v * scale - shift, seed ^ u64::from(layer));
        total += strength;
        strength *= 0.5;
        scale *= 2.0;
    }
    sum / total
}

/// A value from 0 to 1 for each point with whole coordinates.
pub fn lattice(x: i64, y: i64, seed: u64) -> f32 {
    let place = (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (y as u64).rotate_left(32);
    (mix(place ^ mix(seed)) >> 40) as f32 / (1_u64 << 24) as f32
}

fn ease(x: f32) -> f32 {
    x * x * x * (x * (x * 6.0 - 15.0) + 10.0)
}
