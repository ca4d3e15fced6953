//! What is loaded once the studio stands: a file of its own, brought when the browser has nothing else
//! to do, or earlier when it is wanted.

use crate::photo::Photo;
use crate::session::{self, Arrival, Arriving, Excess, Outcome, Sent, Session};
use crate::studio::{
    Ui, background, code, compare, connect, cutout, desk, failure, history, ideas, languages,
    photo, progress, queue, redraw, references, result, strip, style, together, tools, vary,
};
use crate::words::{self, Language};
use backdrop_contract::{Failure, Name};
use leptos::prelude::*;
use std::cell::Cell;
use std::pin::Pin;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/rest.js")]
extern "C" {
    /// Resolves when the browser has nothing better to do.
    pub async fn idle();
}

/// What it does in its own time.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The ways into it. Nothing else may name these functions: what is named elsewhere is not apart.
#[derive(Clone, Copy)]
pub struct Rest {
    /// Brings its looks.
    pub looks: fn(),
    pub code: fn(Ui) -> AnyView,
    pub history: fn(Ui) -> AnyView,
    pub connect: fn(Ui) -> AnyView,
    pub compare: fn(Session, &Outcome, RwSignal<bool>) -> AnyView,
    pub cutout: fn(Ui) -> AnyView,
    pub languages: fn(Ui) -> AnyView,
    pub under_photo: fn(Ui, &Photo) -> AnyView,
    pub references: fn(Ui) -> AnyView,
    pub colours: fn(Session) -> AnyView,
    pub tools: fn(Ui, &Outcome, RwSignal<bool>) -> AnyView,
    pub told: fn(Session, &Outcome) -> AnyView,
    pub results: fn(Session) -> AnyView,
    pub progress: fn(Session) -> AnyView,
    pub ideas: fn(Session) -> AnyView,
    pub vary: fn(Session) -> AnyView,
    /// What is on the button for several.
    pub make_several: fn(Language, u32) -> String,
    pub together: fn(Ui) -> AnyView,
    /// Undo, redo, and what else is done with the form as a whole.
    pub desk: fn(Ui) -> AnyView,
    /// Everything is about to be drawn anew, in another language.
    pub redraw: fn(Ui),
    pub failure: fn(Ui, &Failure) -> AnyView,
    pub receive: fn(Session, Arriving) -> Task,
    pub read_again: fn(Session, u32) -> Task,
    pub shrink: fn(Session, Photo, Excess) -> Task,
    pub send: fn(Session, Sent) -> Task,
    pub collect_all: fn(Session) -> Task,
    // Many photos.
    pub enqueue: fn(Session, Vec<Arrival>) -> Task,
    pub press_queue: fn(Session) -> Result<(), Name>,
    pub clear_queue: fn(Session),
    pub queue_button: fn(Session) -> String,
    pub queue: fn(Ui) -> AnyView,
    pub queue_field: fn(Ui) -> AnyView,
    /// Takes up what was left on our own page, then collects.
    pub begin: fn(Session) -> Task,
}

/// It did not come.
#[derive(Debug)]
pub struct Lost;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for Lost {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

#[cfg_attr(
    feature = "split",
    leptos::wasm_split::wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)
)]
fn load() -> Result<Rest, Lost> {
    Ok(Rest {
        looks: style::more,
        code: code::drawer,
        history: history::drawer,
        connect: connect::dialog,
        compare: compare::compare,
        cutout: cutout::cutout,
        languages: languages::languages,
        under_photo: photo::under_photo,
        references: references::references,
        colours: background::colours,
        tools: tools::tools,
        told: result::told,
        results: strip::results,
        progress: progress::progress,
        ideas: ideas::ideas,
        vary: vary::vary,
        make_several: words::make_several,
        together: together::together,
        desk: desk::desk,
        redraw: redraw::redraw,
        failure: failure::card,
        receive: session::receive,
        read_again: session::read_again,
        shrink: session::shrink,
        send: session::send,
        collect_all: session::collect_all,
        enqueue: session::enqueue,
        press_queue: session::press_queue,
        clear_queue: session::clear_queue,
        queue_button: session::queue_button,
        queue: queue::queue,
        queue_field: queue::field,
        begin: session::begin,
    })
}

thread_local! {
    static HERE: Cell<Option<Rest>> = const { Cell::new(None) };
}

/// What is there already.
pub fn here() -> Option<Rest> {
    #[cfg(not(feature = "split"))]
    if HERE.get().is_none() {
        HERE.set(load().ok().inspect(|rest| (rest.looks)()));
    }
    HERE.get()
}

/// Brings it, if it is not there yet.
///
/// # Errors
/// [`Lost`] when its file does not come, or was changed; asking again tries again.
pub async fn rest() -> Result<Rest, Lost> {
    #[cfg(feature = "split")]
    if HERE.get().is_none() {
        let rest = load().await?;
        (rest.looks)();
        HERE.set(Some(rest));
    }
    here().ok_or(Lost)
}
