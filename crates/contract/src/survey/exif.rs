//! The one thing in EXIF that decides how a picture looks.

/// The tag that says how a picture is to be turned (EXIF 2.3, tag 274, a 16-bit number).
const ORIENTATION: u16 = 0x0112;

/// How a picture is to be turned, 1 where EXIF does not say.
pub(super) fn orientation(exif: &[u8]) -> u8 {
    // Before the TIFF header stands a name in JPEG, and in some WEBP files.
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    read(tiff).filter(|turn| (1..=8).contains(turn)).unwrap_or(1)
}

fn read(tiff: &[u8]) -> Option<u8> {
    let little = tiff.starts_with(b"II*\0");
    if !little && !tiff.starts_with(b"MM\0*") {
        return None;
    }
    let two = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let four = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        let offset = if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(offset).ok()
    };
    let first = four(4)?;
    let entries = usize::from(two(first)?);
    // Twelve bytes each: tag, type, count, value.
    let places = (0..entries).map_while(|entry| first.checked_add(2 + 12 * entry));
    let found = places.map_while(|at| Some((at, two(at)?))).find(|(_, tag)| *tag == ORIENTATION);
    two(found?.0 + 8)?.try_into().ok()
}
