//! WEBP: a RIFF file of chunks (RFC 9649).

use super::file::{Cut, File};
use super::{Part, Survey, exif};

/// Flags of the extended header.
const HAS_XMP: u8 = 0x04;
const HAS_EXIF: u8 = 0x08;
const MOVES: u8 = 0x02;

pub(super) fn survey(file: &mut File<'_>) -> Result<Survey, Cut> {
    let mut survey = Survey::new();
    let end = 8 + u64::from(u32::from_le_bytes(file.take(4)?));
    if end > file.length {
        return Err(Cut);
    }
    // The counts come last, when it is known what has gone.
    survey.kept.push(Part::New(Vec::new()));
    let mut at = 12;
    while at < end {
        let [n0, n1, n2, n3, length @ ..]: [u8; 8] = file.take(at)?;
        let length = u64::from(u32::from_le_bytes(length));
        // Chunks start at even places.
        let next = at + 8 + length + length % 2;
        if next > end {
            return Err(Cut);
        }
        match &[n0, n1, n2, n3] {
            b"VP8X" if length >= 10 => {
                let mut chunk: [u8; 18] = file.take(at)?;
                let [.., flags, _, _, _, w0, w1, w2, h0, h1, h2] = &mut chunk;
                survey.moves = *flags & MOVES != 0;
                *flags &= !(HAS_XMP | HAS_EXIF);
                let side = |bytes| u32::from_le_bytes(bytes) + 1;
                survey.size = (side([*w0, *w1, *w2, 0]), side([*h0, *h1, *h2, 0]));
                survey.kept.push(Part::New(chunk.into()));
                survey.keep(at + 18, next);
            }
            b"VP8 " => {
                // Fourteen bits each; the others ask for scaling, which nobody does.
                let [.., w0, w1, h0, h1]: [u8; 10] = file.take(at + 8)?;
                let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
                survey.plain_size((side(w0, w1), side(h0, h1)));
                survey.keep(at, next);
            }
            b"VP8L" => {
                // Fourteen bits each, less one, after a signature.
                let [_, bits @ ..]: [u8; 5] = file.take(at + 8)?;
                let bits = u32::from_le_bytes(bits);
                survey.plain_size(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1));
                survey.keep(at, next);
            }
            b"ALPH" | b"ICCP" | b"ANIM" | b"ANMF" => survey.keep(at, next),
            b"EXIF" => {
                let data = file.between(at + 8, at + 8 + length)?;
                survey.orientation = exif::orientation(data);
            }
            _ => {}
        }
        at = next;
    }
    let length: u64 = survey.kept.iter().map(Part::length).sum();
    let mut head = b"RIFF".to_vec();
    head.extend(u32::try_from(length + 4).map_err(|_| Cut)?.to_le_bytes());
    head.extend(b"WEBP");
    survey.kept[0] = Part::New(head);
    Ok(survey)
}

impl Survey {
    /// The size that the picture's own chunk says, where no extended header said it.
    fn plain_size(&mut self, size: (u32, u32)) {
        if self.size == (0, 0) {
            self.size = size;
        }
    }
}

impl Part {
    fn length(&self) -> u64 {
        match self {
            Self::Range(from, to) => to - from,
            Self::New(bytes) => bytes.len() as u64,
        }
    }
}
