//! Any file of weights: it is loaded or refused.
#![no_main]

use backdrop_engine::Engine;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Engine::load(bytes);
});
