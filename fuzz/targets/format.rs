//! Any file that a person may choose: its first bytes and its headers are read without a panic, and
//! what is kept of it lies inside it.
#![no_main]

use backdrop_contract::{File, Format, Part, Survey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let read = |from: u64, to: u64| Some(bytes.get(from as usize..to as usize)?.to_vec());
    let length = bytes.len() as u64;
    let found = Format::of(bytes);
    assert_eq!(found, Format::of(&bytes[..bytes.len().min(Format::LOOKS_AT)]));
    for format in [Format::Jpeg, Format::Png, Format::Webp] {
        let Some(survey) = Survey::of(format, File::new(length, &read)) else { continue };
        let mut last = 0;
        for part in survey.kept {
            if let Part::Range(from, to) = part {
                assert!(last <= from && from < to && to <= length, "{from}..{to} of {length}");
                last = to;
            }
        }
    }
    // A file that is shorter than it was said to be.
    if let Some(format) = found {
        let _ = Survey::of(format, File::new(length.saturating_mul(2), &read));
    }
});
