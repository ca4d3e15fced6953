//! Any file that the browser's engine looks at before it is decoded, and puts a colour profile into.
#![no_main]

use backdrop_engine_worker::head;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(head) = head::read(bytes) {
        let _ = head.to_bytes();
    }
    let (first, profile) = bytes.split_at(bytes.len() / 2);
    if let Some((new, replaced)) = head::tagged(first, profile) {
        assert!(replaced <= first.len() && !new.is_empty());
    }
});
