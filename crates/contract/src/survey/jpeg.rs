//! JPEG: segments, each with a marker and a length, and scans between them (ITU-T T.81, annex B).

use super::file::{Cut, File};
use super::{Survey, exif};

const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const COMMENT: u8 = 0xFE;

pub(super) fn survey(file: &mut File<'_>) -> Result<Survey, Cut> {
    let mut survey = Survey::new();
    if file.take(0)? != [0xFF, START] {
        return Err(Cut);
    }
    survey.keep(0, 2);
    let mut at = 2;
    loop {
        let [sign, marker] = file.take(at)?;
        if sign != 0xFF {
            return Err(Cut);
        }
        match marker {
            // Any number of these may stand before a marker.
            0xFF => {
                at += 1;
                continue;
            }
            // A cut file has none; what follows it is another picture or a film.
            END => {
                survey.keep(at, at + 2);
                return Ok(survey);
            }
            _ => {}
        }
        let length = u64::from(u16::from_be_bytes(file.take(at + 2)?));
        let end = at + 2 + length;
        if length < 2 || end > file.length {
            return Err(Cut);
        }
        let data = file.between(at + 4, end)?;
        match (marker, data) {
            (0xE1, data) if data.starts_with(b"Exif\0\0") => {
                survey.orientation = exif::orientation(data);
            }
            // A frame: every SOF marker, and none of the four that stand among them.
            (0xC0..=0xCF, &[_, h1, h0, w1, w0, ..]) if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                survey.size =
                    (u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into());
            }
            _ => {}
        }
        if is_picture(marker, data) {
            survey.keep(at, end);
        }
        at = end;
        if marker == SCAN {
            let from = at;
            at = scan_end(file, at)?;
            survey.keep(from, at);
        }
    }
}

/// Whether a segment decides about pixels or colours.
fn is_picture(marker: u8, data: &[u8]) -> bool {
    match marker {
        // JFIF; its extension is a thumbnail.
        0xE0 => data.starts_with(b"JFIF\0"),
        // Colour profile; the same marker lists further pictures in the file.
        0xE2 => data.starts_with(b"ICC_PROFILE\0"),
        // How Adobe's programs coded the colours.
        0xEE => data.starts_with(b"Adobe"),
        0xE1..=0xEF | COMMENT => false,
        _ => true,
    }
}

/// Where the first marker after a scan's data is. Stuffed bytes and restarts belong to the data.
fn scan_end(file: &mut File<'_>, mut at: u64) -> Result<u64, Cut> {
    loop {
        let bytes = file.from(at, 2)?;
        let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7);
        match bytes.windows(2).position(is_marker) {
            Some(found) => return Ok(at + found as u64),
            // The last byte may be the first of a pair.
            None => at += bytes.len() as u64 - 1,
        }
    }
}
