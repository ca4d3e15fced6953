//! What a network of convolutions is made of, in plain Rust: the layers, and the memory that they take
//! turns with.
//!
//! A crate of its own, so that in a browser it alone is compiled for speed: nearly all the time goes
//! here, and all else is read once or a few times.

mod conv;
mod gather;
mod gemm;
pub mod parallel;
mod plane;
mod simd;
mod tensor;
mod winograd;

pub use conv::{Conv, Layer, Shape, Side, padded};
pub use plane::{Between, between, enlarge, halve};
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub use simd::Portable;
pub use simd::Unit;
pub use tensor::{Plan, Pool, Tensor};
