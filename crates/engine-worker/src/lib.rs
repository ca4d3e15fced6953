//! The engine in a browser: what `worker.js` calls.
//!
//! No bindings are generated: numbers go in and out, and everything else goes through one buffer, the
//! room. JavaScript asks for [`room`], fills it, and calls a function that reads it; or it calls one
//! that fills it, and reads [`filled`] bytes from there. The memory may move with each call, so the
//! address is asked for each time.
//!
//! The order is [`load`], then for each photo [`photo`], [`rows`], [`find`]; then a backdrop
//! ([`words`] and its like), then [`compose`] a few rows at a time. What comes out of order answers
//! [`OUT_OF_ORDER`]. Nothing here panics for anything that JavaScript hands in.

mod edits;
pub mod head;

use backdrop_engine::{Arriving, Engine, Ground, Looks, Placement, Reference, Refusal, Subject};
use std::cell::RefCell;

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
struct Desk {
    room: Vec<u8>,
    engine: Option<Engine>,
    arriving: Option<Arriving>,
    subject: Option<Subject>,
    reference: Option<Reference>,
    ground: Option<Ground>,
}

thread_local! {
    // Made when compiled: a desk that is made at first use would be asked for at each call.
    static DESK: RefCell<Desk> = const { RefCell::new(Desk::EMPTY) };
}

fn desk<T>(work: impl FnOnce(&mut Desk) -> T) -> T {
    DESK.with_borrow_mut(work)
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

fn looks(kind: u32, sides: [f32; 4]) -> Looks {
    match kind {
        1 => Looks::Whole,
        2 => Looks::Inside(sides),
        _ => Looks::Twice,
    }
}

// SAFETY of `unsafe(no_mangle)` here and below: nothing else in the module has these names; it is a
// program of its own and links no C.

/// A buffer of `size` bytes to be written or read; its content stays as far as it reaches.
#[unsafe(no_mangle)]
pub extern "C" fn room(size: usize) -> *mut u8 {
    desk(|desk| {
        desk.room.resize(size, 0);
        desk.room.as_mut_ptr()
    })
}

/// How many bytes the room holds now.
#[unsafe(no_mangle)]
pub extern "C" fn filled() -> usize {
    desk(|desk| desk.room.len())
}

/// Loads the network from the weights in the room, and empties it.
#[unsafe(no_mangle)]
pub extern "C" fn load() -> i32 {
    desk(|desk| {
        let weights = std::mem::take(&mut desk.room);
        desk.engine = Engine::load(&weights).ok();
        if desk.engine.is_some() { OK } else { WEIGHTS }
    })
}

/// Begins a photo of `width` · `height` pixels; `original` other than 0 keeps its size.
#[unsafe(no_mangle)]
pub extern "C" fn photo(width: u32, height: u32, original: u32) -> i32 {
    desk(|desk| {
        desk.subject = None;
        desk.ground = None;
        match Arriving::new(width, height, original != 0) {
            Ok(arriving) => {
                desk.arriving = Some(arriving);
                OK
            }
            Err(refusal) => code(&refusal),
        }
    })
}

/// The photo's next rows are in the room: red, green, blue, alpha.
#[unsafe(no_mangle)]
pub extern "C" fn rows() -> i32 {
    desk(|desk| match &mut desk.arriving {
        Some(arriving) => {
            arriving.rows(desk.room.as_chunks().0);
            OK
        }
        None => OUT_OF_ORDER,
    })
}

/// Finds the subject. `kind` is 0 for two looks, 1 for one at the whole, 2 for one inside the box whose
/// sides are shares of the photo's. `force` other than 0 looks even if the photo's alpha says enough.
#[unsafe(no_mangle)]
pub extern "C" fn find(kind: u32, left: f32, top: f32, right: f32, bottom: f32, force: u32) -> i32 {
    desk(|desk| answer(desk.find(looks(kind, [left, top, right, bottom]), force != 0)))
}

/// Looks again, as [`find`]; corrections are forgotten.
#[unsafe(no_mangle)]
pub extern "C" fn look_again(kind: u32, left: f32, top: f32, right: f32, bottom: f32) -> i32 {
    desk(|desk| match (&desk.engine, &mut desk.subject) {
        (Some(engine), Some(subject)) => {
            let again = subject.look_again(engine, looks(kind, [left, top, right, bottom]));
            again.map_or_else(|refusal| code(&refusal), |()| OK)
        }
        _ => OUT_OF_ORDER,
    })
}

/// Holds the corrections in the room, see [`edits`], instead of those before.
#[unsafe(no_mangle)]
pub extern "C" fn edit() -> i32 {
    desk(|desk| match &mut desk.subject {
        Some(subject) => match edits::read(&desk.room) {
            Some(edits) => {
                subject.edit(&edits);
                OK
            }
            None => BROKEN,
        },
        None => OUT_OF_ORDER,
    })
}

/// Fills the room with the mask, small, a byte a pixel, and answers its width.
#[unsafe(no_mangle)]
pub extern "C" fn preview() -> i32 {
    desk(|desk| match &desk.subject {
        Some(subject) => {
            let (width, mask) = subject.preview();
            desk.room = mask;
            i32::try_from(width).unwrap_or(BROKEN)
        }
        None => OUT_OF_ORDER,
    })
}

/// The width of the picture that is made.
#[unsafe(no_mangle)]
pub extern "C" fn width() -> usize {
    desk(|desk| desk.subject.as_ref().map_or(0, Subject::width))
}

/// Its height.
#[unsafe(no_mangle)]
pub extern "C" fn height() -> usize {
    desk(|desk| desk.subject.as_ref().map_or(0, Subject::height))
}

/// 1 if [`compose`] needs the photo's rows, 0 if it has them.
#[unsafe(no_mangle)]
pub extern "C" fn needs_rows() -> u32 {
    desk(|desk| desk.subject.as_ref().map_or(0, |subject| subject.needs_rows().into()))
}

/// No backdrop: the subject alone.
#[unsafe(no_mangle)]
pub extern "C" fn clear() -> i32 {
    desk(|desk| answer(desk.set_ground(|_, _| Ground::clear())))
}

/// One colour, `0xRRGGBB`.
#[unsafe(no_mangle)]
pub extern "C" fn colour(rgb: u32) -> i32 {
    let [_, r, g, b] = rgb.to_be_bytes();
    desk(|desk| answer(desk.set_ground(|_, _| Ground::colour([r, g, b]))))
}

/// The look that the words in the room (UTF-8) choose; the room then holds its name.
#[unsafe(no_mangle)]
pub extern "C" fn words(seed: u32) -> i32 {
    desk(|desk| {
        let mut name = "";
        let set = desk.set_ground(|subject, words| {
            let (ground, look) = Ground::words(words, seed.into(), subject);
            name = look;
            ground
        });
        desk.room = name.as_bytes().to_vec();
        answer(set)
    })
}

/// The photo's own background out of focus, 0 to 1.
#[unsafe(no_mangle)]
pub extern "C" fn blurred(amount: f32) -> i32 {
    desk(|desk| answer(desk.set_ground(|subject, _| Ground::blurred(subject, amount))))
}

/// Begins a reference picture of `width` · `height` pixels; the rest is a [`Placement`].
#[unsafe(no_mangle)]
pub extern "C" fn reference(
    width: u32,
    height: u32,
    across: f32,
    down: f32,
    blur: f32,
    matched: u32,
) -> i32 {
    desk(|desk| {
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
    })
}

/// The reference's next rows are in the room.
#[unsafe(no_mangle)]
pub extern "C" fn reference_rows() -> i32 {
    desk(|desk| match &mut desk.reference {
        Some(reference) => {
            reference.rows(desk.room.as_chunks().0);
            OK
        }
        None => OUT_OF_ORDER,
    })
}

/// The reference is whole, and the backdrop.
#[unsafe(no_mangle)]
pub extern "C" fn reference_done() -> i32 {
    desk(|desk| match desk.reference.take() {
        Some(reference) => answer(desk.set_ground(|subject, _| reference.finish(subject))),
        None => OUT_OF_ORDER,
    })
}

/// Puts the rows in the room, the photo's from `first` on, on the backdrop.
#[unsafe(no_mangle)]
pub extern "C" fn compose(first: usize) -> i32 {
    desk(|desk| match (&desk.subject, &desk.ground) {
        (Some(subject), Some(ground)) => {
            subject.compose(ground, first, desk.room.as_chunks_mut().0);
            OK
        }
        _ => OUT_OF_ORDER,
    })
}

/// Drops the photo and all that was made of it; the network stays.
#[unsafe(no_mangle)]
pub extern "C" fn forget() {
    desk(|desk| {
        let engine = desk.engine.take();
        *desk = Desk { engine, ..Desk::EMPTY };
    });
}

/// Replaces the first bytes of a file in the room by what they say, see [`head::Head::to_bytes`].
#[unsafe(no_mangle)]
pub extern "C" fn read_head() -> i32 {
    desk(|desk| match head::read(&desk.room) {
        Some(head) => {
            desk.room = head.to_bytes();
            OK
        }
        None => BROKEN,
    })
}

/// Puts a colour profile into an image file. The room holds the file's first bytes, `profile` bytes at
/// its end being the profile, as PNG wants it (deflated) or plain. It then holds the new first bytes;
/// the answer says how many of the old ones they replace, or [`BROKEN`].
///
/// `size` is the whole file's; `width` and `height` are the picture's.
#[unsafe(no_mangle)]
pub extern "C" fn tag(profile: usize, size: u32, width: u32, height: u32) -> i32 {
    desk(|desk| {
        let Some(at) = desk.room.len().checked_sub(profile) else {
            return BROKEN;
        };
        let (first, profile) = desk.room.split_at(at);
        match head::tagged(first, profile, size, [width, height]) {
            Some((new, old)) => {
                desk.room = new;
                i32::try_from(old).unwrap_or(BROKEN)
            }
            None => BROKEN,
        }
    })
}

#[cfg(test)]
mod tests;
