//! PNG: a signature, then chunks (PNG specification, third edition).

use super::file::{Cut, File};
use super::{Survey, exif};

/// What chunks that a decoder may skip still say about colours and shape.
const KEPT: [&[u8; 4]; 10] =
    [b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"pHYs"];

pub(super) fn survey(file: &mut File<'_>) -> Result<Survey, Cut> {
    let mut survey = Survey::new();
    survey.keep(0, 8);
    let mut at = 8;
    loop {
        let [l3, l2, l1, l0, name @ ..]: [u8; 8] = file.take(at)?;
        let length = u64::from(u32::from_be_bytes([l3, l2, l1, l0]));
        // Length, name and checksum around the data.
        let end = at + 12 + length;
        if end > file.length {
            return Err(Cut);
        }
        match &name {
            b"IHDR" => {
                let [w3, w2, w1, w0, h3, h2, h1, h0] = file.take(at + 8)?;
                let width = u32::from_be_bytes([w3, w2, w1, w0]);
                survey.size = (width, u32::from_be_bytes([h3, h2, h1, h0]));
            }
            b"acTL" => survey.moves = true,
            b"eXIf" => {
                let data = file.between(at + 8, end - 4)?;
                survey.orientation = exif::orientation(data);
            }
            _ => {}
        }
        // A capital first letter: no decoder may skip it.
        if name[0].is_ascii_uppercase() || KEPT.contains(&&name) {
            survey.keep(at, end);
        }
        if &name == b"IEND" {
            return Ok(survey);
        }
        at = end;
    }
}
