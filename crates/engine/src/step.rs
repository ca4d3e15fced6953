//! A smooth step.

/// 0 below `from`, 1 above `to`, smooth between.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub fn step(from: f32, to: f32, x: f32) -> f32 {
    let x = ((x - from) / (to - from)).clamp(0.0, 1.0);
    x * x * (3.0 - 2.0 * x)
}
