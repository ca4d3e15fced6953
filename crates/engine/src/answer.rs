//! One job from the file that came to the file that goes.

use crate::decode::decode;
use crate::encode::encode;
use crate::find::Looks;
use crate::ground::Ground;
use crate::reference::Reference;
use crate::subject::Photo;
use crate::{Backdrop, Engine, Job, Picture, Refusal, Stage};
use backdrop_contract::{Format, is_hex_colour};

/// Makes one picture.
pub fn answer(
    engine: &Engine,
    job: &Job<'_>,
    watch: &mut dyn FnMut(Stage),
) -> Result<Picture, Refusal> {
    let mut file = decode("the photo", job.photo)?;
    let (pixels, _) = file.pixels.as_chunks::<4>();
    let photo = Photo::of(pixels, file.size, job.original_quality);
    watch(Stage::Decoded);

    let looks = if job.fast { Looks::Whole } else { Looks::Twice };
    let mut subject = photo.find_unrefined(engine, looks, job.force_background_detection)?;
    watch(Stage::Found);
    subject.refine();
    watch(Stage::Cleaned);

    let (ground, look) = match job.backdrop {
        Backdrop::Transparent => (Ground::clear(), None),
        Backdrop::Colour(colour) => (Ground::colour(colour), None),
        Backdrop::Words(words) => match hex_colour(words) {
            Some(colour) => (Ground::colour(colour), None),
            None => {
                let (ground, look) = Ground::words(words, job.seed, &subject);
                (ground, Some(look))
            }
        },
        Backdrop::Blurred(amount) => (Ground::blurred(&subject, amount), None),
        Backdrop::Reference { file, placement } => {
            let picture = decode("the reference", file)?;
            let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
            let (width, height) = (side(picture.size.width), side(picture.size.height));
            let mut reference = Reference::new(width, height, placement, &subject)?;
            reference.rows(picture.pixels.as_chunks().0);
            drop(picture);
            (reference.finish(&subject), None)
        }
    };
    watch(Stage::Painted);

    let size = subject.size();
    // What it was made smaller from is no longer needed.
    file.pixels.truncate(4 * size.area());
    subject.compose(&ground, 0, file.pixels.as_chunks_mut().0);
    drop(subject);
    if !ground.is_clear() {
        drop_alpha(&mut file.pixels);
    }
    let format = job.format.unwrap_or(match (ground.is_clear(), job.backdrop) {
        (true, _) | (_, Backdrop::Colour(_)) => Format::Png,
        _ if look.is_none() && matches!(job.backdrop, Backdrop::Words(_)) => Format::Png,
        _ => Format::Jpeg,
    });
    drop(ground);
    watch(Stage::Composed);

    let bytes = encode(format, size, &file.pixels, file.profile)?;
    watch(Stage::Encoded);
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    Ok(Picture { bytes, format, width: side(size.width), height: side(size.height), look })
}

/// Red, green and blue alone, in the same memory.
fn drop_alpha(pixels: &mut Vec<u8>) {
    let count = pixels.len() / 4;
    for at in 1..count {
        pixels.copy_within(4 * at..4 * at + 3, 3 * at);
    }
    pixels.truncate(3 * count);
}

/// The colour of a prompt that is nothing else, `#RRGGBB`.
fn hex_colour(words: &str) -> Option<[u8; 3]> {
    let hex = words.trim().strip_prefix('#').filter(|_| is_hex_colour(words))?;
    let [_, r, g, b] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
    Some([r, g, b])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_is_dropped_in_place() {
        let mut pixels = vec![1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255];
        drop_alpha(&mut pixels);
        assert_eq!(pixels, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        drop_alpha(&mut Vec::new());
    }
}
