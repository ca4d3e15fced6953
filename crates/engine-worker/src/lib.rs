//! The engine in a browser: what `worker.js` calls.
//!
//! No bindings are generated: numbers go in and out, and everything else goes through one buffer, the
//! room. JavaScript asks for [`room`], fills it, and calls a function that reads it; or it calls one
//! that fills it, and reads [`filled`] bytes from there. The memory may move with each call, so the
//! address is asked for each time.
//!
//! All is kept on a desk: [`desk`] makes one, and every other function wants it first. The order is
//! [`load`], then for each photo [`photo`], [`rows`], [`find`]; then a backdrop
//! ([`words`] and its like), then [`compose`] a few rows at a time. What comes out of order answers
//! [`OUT_OF_ORDER`]. Nothing here panics for anything that JavaScript hands in.

mod edits;
pub mod head;

use backdrop_engine::{Arriving, Engine, Ground, Looks, Placement, Reference, Refusal, Subject};
#[cfg(target_arch = "wasm32")]
use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};

/// A list of what is free. The standard library's allocator is 2.4 kB more of what travels, and what it
/// does better, many small pieces, is not asked for here.
// SAFETY: the module is compiled without threads, so no two ever use it at once.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
    unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

/// Done.
pub const OK: i32 = 0;
/// A step before this one is missing.
pub const OUT_OF_ORDER: i32 = -1;
/// More pixels than are taken.
pub const TOO_LARGE: i32 = -2;
/// Not what it should be: no pixels, or bytes that cannot be read.
pub const BROKEN: i32 = -3;
/// No subject stands out.
pub const NO_SUBJECT: i32 = -4;
/// The weights are damaged.
pub const WEIGHTS: i32 = -5;

/// Everything that is kept between calls.
pub struct Desk {
    room: Vec<u8>,
    engine: Option<Engine>,
    arriving: Option<Arriving>,
    subject: Option<Subject>,
    reference: Option<Reference>,
    ground: Option<Ground>,
}

// SAFETY of `unsafe(no_mangle)` here and below: nothing else in the module has these names; it is a
// program of its own and links no C.

/// What everything is kept in between calls, from then on; each call wants it first.
#[unsafe(no_mangle)]
pub extern "C" fn desk() -> Box<Desk> {
    Box::new(Desk::EMPTY)
}

fn code(refusal: &Refusal) -> i32 {
    match refusal {
        Refusal::TooLarge { .. } => TOO_LARGE,
        Refusal::NoSubject => NO_SUBJECT,
        Refusal::Network(_) => WEIGHTS,
        _ => BROKEN,
    }
}

impl Desk {
    const EMPTY: Self = Self {
        room: Vec::new(),
        engine: None,
        arriving: None,
        subject: None,
        reference: None,
        ground: None,
    };

    fn find(&mut self, looks: Looks, force: bool) -> Result<(), i32> {
        let engine = self.engine.as_ref().ok_or(OUT_OF_ORDER)?;
        // The network takes most memory of all: the last rows go before it runs, and before anything
        // comes to lie behind them.
        self.room = Vec::new();
        let photo = self.arriving.take().ok_or(OUT_OF_ORDER)?.finish();
        self.ground = None;
        self.subject = None;
        let subject = photo.find(engine, looks, force).map_err(|refusal| code(&refusal))?;
        self.subject = Some(subject);
        Ok(())
    }

    fn set_ground(&mut self, make: impl FnOnce(&Subject, &[u8]) -> Ground) -> Result<(), i32> {
        // The one before may be as large as the photo.
        self.ground = None;
        let subject = self.subject.as_ref().ok_or(OUT_OF_ORDER)?;
        self.ground = Some(make(subject, &self.room));
        Ok(())
    }
}

fn answer(result: Result<(), i32>) -> i32 {
    result.err().unwrap_or(OK)
}

/// A buffer of `size` bytes to be written or read; its content stays as far as it reaches.
#[unsafe(no_mangle)]
pub extern "C" fn room(desk: &mut Desk, size: usize) -> *mut u8 {
    desk.room.resize(size, 0);
    desk.room.as_mut_ptr()
}

/// How many bytes the room holds now.
#[unsafe(no_mangle)]
pub extern "C" fn filled(desk: &mut Desk) -> usize {
    desk.room.len()
}

/// Loads the network from the weights in the room, and empties it.
#[unsafe(no_mangle)]
pub extern "C" fn load(desk: &mut Desk) -> i32 {
    let weights = std::mem::take(&mut desk.room);
    desk.engine = Engine::load(&weights).ok();
    if desk.engine.is_some() { OK } else { WEIGHTS }
}

/// Begins a photo of `width` · `height` pixels; `original` other than 0 keeps its size.
#[unsafe(no_mangle)]
pub extern "C" fn photo(desk: &mut Desk, width: u32, height: u32, original: u32) -> i32 {
    desk.subject = None;
    desk.ground = None;
    match Arriving::new(width, height, original != 0) {
        Ok(arriving) => {
            desk.arriving = Some(arriving);
            OK
        }
        Err(refusal) => code(&refusal),
    }
}

/// The photo's next rows are in the room: red, green, blue, alpha.
#[unsafe(no_mangle)]
pub extern "C" fn rows(desk: &mut Desk) -> i32 {
    match &mut desk.arriving {
        Some(arriving) => {
            arriving.rows(desk.room.as_chunks().0);
            OK
        }
        None => OUT_OF_ORDER,
    }
}

/// Finds the subject. `kind` is 0 for two looks, 1 for one at the whole. `force` other than 0 looks even
/// if the photo's alpha says enough.
#[unsafe(no_mangle)]
pub extern "C" fn find(desk: &mut Desk, kind: u32, force: u32) -> i32 {
    let looks = if kind == 1 { Looks::Whole } else { Looks::Twice };
    answer(desk.find(looks, force != 0))
}

/// Holds the corrections in the room, see [`edits`], instead of those before.
#[unsafe(no_mangle)]
pub extern "C" fn edit(desk: &mut Desk) -> i32 {
    match &mut desk.subject {
        Some(subject) => match edits::read(&desk.room) {
            Some(edits) => {
                subject.edit(&edits);
                OK
            }
            None => BROKEN,
        },
        None => OUT_OF_ORDER,
    }
}

/// Fills the room with the mask, small, a byte a pixel, and answers its width.
#[unsafe(no_mangle)]
pub extern "C" fn preview(desk: &mut Desk) -> i32 {
    match &desk.subject {
        Some(subject) => {
            let (width, mask) = subject.preview();
            desk.room = mask;
            i32::try_from(width).unwrap_or(BROKEN)
        }
        None => OUT_OF_ORDER,
    }
}

/// The width of the picture that is made.
#[unsafe(no_mangle)]
pub extern "C" fn width(desk: &mut Desk) -> usize {
    desk.subject.as_ref().map_or(0, Subject::width)
}

/// Its height.
#[unsafe(no_mangle)]
pub extern "C" fn height(desk: &mut Desk) -> usize {
    desk.subject.as_ref().map_or(0, Subject::height)
}

/// 1 if [`compose`] needs the photo's rows, 0 if it has them.
#[unsafe(no_mangle)]
pub extern "C" fn needs_rows(desk: &mut Desk) -> u32 {
    desk.subject.as_ref().map_or(0, |subject| subject.needs_rows().into())
}

/// No backdrop: the subject alone.
#[unsafe(no_mangle)]
pub extern "C" fn clear(desk: &mut Desk) -> i32 {
    answer(desk.set_ground(|_, _| Ground::clear()))
}

/// One colour, `0xRRGGBB`.
#[unsafe(no_mangle)]
pub extern "C" fn colour(desk: &mut Desk, rgb: u32) -> i32 {
    let [_, r, g, b] = rgb.to_be_bytes();
    answer(desk.set_ground(|_, _| Ground::colour([r, g, b])))
}

/// The look that the words in the room (UTF-8) choose; the room then holds its name.
#[unsafe(no_mangle)]
pub extern "C" fn words(desk: &mut Desk, seed: u32) -> i32 {
    let mut name = "";
    let set = desk.set_ground(|subject, words| {
        let (ground, look) = Ground::words(words, seed.into(), subject);
        name = look;
        ground
    });
    desk.room = name.as_bytes().to_vec();
    answer(set)
}

/// Begins a reference picture of `width` · `height` pixels; the rest is a [`Placement`].
#[unsafe(no_mangle)]
pub extern "C" fn reference(
    desk: &mut Desk,
    width: u32,
    height: u32,
    across: f32,
    down: f32,
    blur: f32,
    matched: u32,
) -> i32 {
    desk.ground = None;
    let Some(subject) = &desk.subject else {
        return OUT_OF_ORDER;
    };
    let placement = Placement { position: [across, down], blur, matched: matched != 0 };
    match Reference::new(width, height, placement, subject) {
        Ok(reference) => {
            desk.reference = Some(reference);
            OK
        }
        Err(refusal) => code(&refusal),
    }
}

/// The reference's next rows are in the room.
#[unsafe(no_mangle)]
pub extern "C" fn reference_rows(desk: &mut Desk) -> i32 {
    match &mut desk.reference {
        Some(reference) => {
            reference.rows(desk.room.as_chunks().0);
            OK
        }
        None => OUT_OF_ORDER,
    }
}

/// The reference is whole, and the backdrop.
#[unsafe(no_mangle)]
pub extern "C" fn reference_done(desk: &mut Desk) -> i32 {
    match desk.reference.take() {
        Some(reference) => answer(desk.set_ground(|subject, _| reference.finish(subject))),
        None => OUT_OF_ORDER,
    }
}

/// Puts the rows in the room, the photo's from `first` on, on the backdrop.
#[unsafe(no_mangle)]
pub extern "C" fn compose(desk: &mut Desk, first: usize) -> i32 {
    match (&desk.subject, &desk.ground) {
        (Some(subject), Some(ground)) => {
            subject.compose(ground, first, desk.room.as_chunks_mut().0);
            OK
        }
        _ => OUT_OF_ORDER,
    }
}

/// Drops the photo and all that was made of it; the network stays.
#[unsafe(no_mangle)]
pub extern "C" fn forget(desk: &mut Desk) {
    let engine = desk.engine.take();
    *desk = Desk { engine, ..Desk::EMPTY };
}

/// Replaces the first bytes of a file in the room by what they say, see [`head::Head::to_bytes`].
#[unsafe(no_mangle)]
pub extern "C" fn read_head(desk: &mut Desk) -> i32 {
    match head::read(&desk.room) {
        Some(head) => {
            desk.room = head.to_bytes();
            OK
        }
        None => BROKEN,
    }
}

/// Puts a colour profile into a JPEG or PNG file. The room holds the file's first bytes, `profile` bytes
/// at its end being the profile, as PNG wants it (deflated) or plain. It then holds the new first bytes;
/// the answer says how many of the old ones they replace, or [`BROKEN`].
#[unsafe(no_mangle)]
pub extern "C" fn tag(desk: &mut Desk, profile: usize) -> i32 {
    let Some(at) = desk.room.len().checked_sub(profile) else {
        return BROKEN;
    };
    let (first, profile) = desk.room.split_at(at);
    match head::tagged(first, profile) {
        Some((new, old)) => {
            desk.room = new;
            i32::try_from(old).unwrap_or(BROKEN)
        }
        None => BROKEN,
    }
}

#[cfg(test)]
mod tests;
