//! One job from the file that came to the file that goes.

use crate::compose::{cover, cut_out, mix, over};
use crate::decode::decode;
use crate::encode::encode;
use crate::network::Network;
use crate::raster::{Photo, Size};
use crate::scale::{Filter, scale};
use crate::shadow::Footing;
use crate::{Backdrop, Job, Picture, Refusal, Stage, look, mask, paint, refine, subject};
use backdrop_contract::{Format, is_hex_colour};

/// About a megapixel, which the endpoint gives too unless it is asked for the original quality.
const MEGAPIXEL: usize = 1024 * 1024;

/// Makes one picture.
pub fn answer(
    network: &Network,
    job: &Job<'_>,
    watch: &mut dyn FnMut(Stage),
) -> Result<Picture, Refusal> {
    let mut photo = decode("the photo", job.photo)?;
    if !job.original_quality {
        shrink(&mut photo);
    }
    watch(Stage::Decoded);

    let alpha = alpha(network, &mut photo, job, watch)?;
    let Photo { size, mut colour, profile, .. } = photo;

    let backdrop = match job.backdrop {
        Backdrop::Words(words) => match hex_colour(words) {
            Some(colour) => Backdrop::Colour(colour),
            None => job.backdrop,
        },
        other => other,
    };
    let (format, pixels, look) = match backdrop {
        Backdrop::Transparent => (Format::Png, cut_out(&colour, &alpha), None),
        Backdrop::Colour(back) => {
            let (pixels, _) = colour.as_chunks_mut::<3>();
            for (pixel, &alpha) in pixels.iter_mut().zip(&alpha) {
                for (value, back) in pixel.iter_mut().zip(back) {
                    *value = mix(back, *value, alpha);
                }
            }
            (Format::Png, colour, None)
        }
        Backdrop::Words(words) => {
            let (look, mood) = look::choose(words);
            let footing = Footing::of(&alpha, size);
            let mut painted = paint::paint(look, mood, job.seed, size, &footing);
            watch(Stage::Painted);
            over(&mut painted, &colour, &alpha, size);
            (Format::Jpeg, painted, Some(look.name))
        }
        Backdrop::Reference(file) => {
            let mut reference = decode("the reference", file)?;
            flatten(&mut reference);
            let mut covered = cover(&reference, size);
            drop(reference);
            watch(Stage::Painted);
            over(&mut covered, &colour, &alpha, size);
            (Format::Jpeg, covered, None)
        }
    };
    drop(alpha);
    watch(Stage::Composed);

    let bytes = encode(format, size, &pixels, profile)?;
    watch(Stage::Encoded);
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    Ok(Picture { bytes, format, width: side(size.width), height: side(size.height), look })
}

/// How much of each pixel is the subject's; the colours along its edge become the subject's own.
fn alpha(
    network: &Network,
    photo: &mut Photo,
    job: &Job<'_>,
    watch: &mut dyn FnMut(Stage),
) -> Result<Vec<u8>, Refusal> {
    if !job.force_background_detection && mask::own(photo).is_some() {
        // Its colours are the subject's already: whoever cut it out saw to that.
        let alpha = photo.alpha.take().unwrap_or_default();
        watch(Stage::Found);
        return Ok(alpha);
    }
    let own = photo.alpha.clone().filter(|_| mask::own(photo).is_some());
    flatten(photo);
    let mut map =
        subject::find(network, &photo.colour, photo.size, job.fast).ok_or(Refusal::NoSubject)?;
    mask::decide(&mut map);
    let mut alpha = mask::enlarge(&map, photo.size);
    // What is transparent already has no colour that could be shown.
    for (alpha, own) in alpha.iter_mut().zip(own.iter().flatten()) {
        *alpha = mix(0, *alpha, *own);
    }
    watch(Stage::Found);
    refine::clean(&mut photo.colour, &alpha, photo.size);
    watch(Stage::Cleaned);
    Ok(alpha)
}

/// Lays a photo with alpha over white, as most programs show it.
fn flatten(photo: &mut Photo) {
    let Some(alpha) = photo.alpha.take() else {
        return;
    };
    let (pixels, _) = photo.colour.as_chunks_mut::<3>();
    for (pixel, alpha) in pixels.iter_mut().zip(alpha) {
        *pixel = pixel.map(|value| mix(255, value, alpha));
    }
}

/// Scales a photo down to about a megapixel, unless it is smaller.
fn shrink(photo: &mut Photo) {
    let from = photo.size;
    let to = megapixel(from);
    if from == to {
        return;
    }
    if let Some(alpha) = photo.alpha.take() {
        // Weighted by alpha: a pixel that is not seen must not tint its neighbours.
        let (pixels, _) = photo.colour.as_chunks_mut::<3>();
        for (pixel, &alpha) in pixels.iter_mut().zip(&alpha) {
            *pixel = pixel.map(|value| mix(0, value, alpha));
        }
        photo.colour = scale::<3>(&photo.colour, from, to, Filter::Smooth);
        let alpha = scale::<1>(&alpha, from, to, Filter::Smooth);
        let (pixels, _) = photo.colour.as_chunks_mut::<3>();
        for (pixel, &alpha) in pixels.iter_mut().zip(&alpha) {
            let alpha = u32::from(alpha.max(1));
            *pixel = pixel.map(|value| (u32::from(value) * 255 / alpha).min(255) as u8);
        }
        photo.alpha = Some(alpha);
    } else {
        photo.colour = scale::<3>(&photo.colour, from, to, Filter::Sharp);
    }
    photo.size = to;
}

/// The size of at most a megapixel with the same aspect; never larger than the given one.
fn megapixel(size: Size) -> Size {
    if size.area() <= MEGAPIXEL {
        return size;
    }
    let factor = (MEGAPIXEL as f64 / size.area() as f64).sqrt();
    let side = |side: usize| ((side as f64 * factor) as usize).max(1);
    // A photo one pixel wide or high is still too long after this: its other side is cut.
    let width = side(size.width).min(MEGAPIXEL);
    Size { width, height: side(size.height).min(MEGAPIXEL / width) }
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
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_megapixel_is_at_most_one_and_never_nothing(
            width in 1_usize..64_000_000,
            height in 1_usize..64_000_000,
        ) {
            for size in [Size { width, height }, Size { width, height: 1 }, Size { width: 1, height }] {
                let made = megapixel(size);
                prop_assert!(made.width >= 1 && made.height >= 1, "{made:?}");
                prop_assert!(made.area() <= MEGAPIXEL, "{made:?}");
                prop_assert!(made.width <= size.width && made.height <= size.height, "{made:?}");
            }
        }
    }

    #[test]
    fn the_aspect_is_kept() {
        let made = megapixel(Size { width: 4000, height: 3000 });
        assert_eq!((made.width, made.height), (1182, 886));
    }
}
