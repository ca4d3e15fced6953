//! The page's wasm module: what the element's script mounts, nothing else.

use backdrop_studio as _;

fn main() {}
