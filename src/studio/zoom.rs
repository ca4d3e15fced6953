//! Looking closely at a picture: larger, moved, its original, the whole screen.

use super::dynamic::{maybe, run, text};
use super::icon::{self, icon};
use crate::session::Session;
use crate::words;
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, ShadowRoot};

/// How much one press makes it larger.
const STEP: f64 = 1.5;

/// How far one press of an arrow moves it, in CSS pixels.
const STRIDE: f64 = 60.0;

/// Beyond the picture's own pixels nothing more is seen.
const MOST: f64 = 8.0;

/// How one picture is looked at.
#[derive(Clone, Copy)]
pub struct Zoom {
    /// What cuts the picture off.
    pub frame: NodeRef<Div>,
    /// Whether the original is shown, as long as it is held.
    pub original: RwSignal<bool>,
    /// How many times as large as fits, and how far the middle is moved, in CSS pixels.
    seen: RwSignal<(f64, f64, f64)>,
    /// The fingers or buttons that are down, and where.
    down: StoredValue<Vec<(i32, f64, f64)>>,
    /// Whether the slider's handle is what is dragged.
    by_handle: StoredValue<bool>,
    /// Pixels.
    width: f64,
}

impl Zoom {
    pub fn new((width, _): (u32, u32)) -> Self {
        let zoom = Self {
            frame: NodeRef::new(),
            original: RwSignal::new(false),
            seen: RwSignal::new((1.0, 0.0, 0.0)),
            down: StoredValue::new(Vec::new()),
            by_handle: StoredValue::new(false),
            width: width.into(),
        };
        // How large the picture is drawn is known once it is, and changes with the window.
        let drawn = move || {
            zoom.seen.try_update(|_| ());
        };
        Effect::new(move |_| {
            if zoom.frame.get().is_some() {
                request_animation_frame(drawn);
            }
        });
        let resized = window_event_listener_untyped("resize", move |_| drawn());
        on_cleanup(move || resized.remove());
        zoom
    }

    /// Whether it is larger than fits.
    pub fn is_in(self) -> bool {
        self.seen.get().0 > 1.0
    }

    // Whole numbers, as writing others costs kilobytes: thousandths, and CSS pixels.
    pub fn scale(self) -> String {
        whole(self.seen.get().0 * 1_000.0).to_string()
    }

    pub fn x(self) -> String {
        whole(self.seen.get().1).to_string()
    }

    pub fn y(self) -> String {
        whole(self.seen.get().2).to_string()
    }

    /// The frame's place and size in CSS pixels: left, top, width, height.
    fn place(self) -> (f64, f64, f64, f64) {
        let frame = self.frame.try_get_untracked().flatten();
        frame.map_or((0.0, 0.0, 1.0, 1.0), |frame| {
            let place = frame.get_bounding_client_rect();
            (place.left(), place.top(), place.width().max(1.0), place.height().max(1.0))
        })
    }

    /// How many times as large as fits one pixel of the picture is one of the screen.
    fn actual(self) -> f64 {
        let density = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        self.width / (self.place().2 * density)
    }

    /// In hundredths of the picture's own pixels.
    fn percent(self) -> u32 {
        whole(self.seen.get().0 / self.actual() * 100.0).unsigned_abs()
    }

    /// Makes it so many times as large as fits; what is at this point of the window stays there.
    fn to(self, scale: f64, at: Option<(f64, f64)>) {
        let (left, top, width, height) = self.place();
        let (before, x, y) = self.seen.get_untracked();
        let scale = scale.clamp(1.0, (self.actual() * MOST).max(MOST));
        let (px, py) =
            at.map_or((0.0, 0.0), |(px, py)| (px - left - width / 2.0, py - top - height / 2.0));
        let grown = scale / before;
        self.put(scale, px - (px - x) * grown, py - (py - y) * grown);
    }

    fn put(self, scale: f64, x: f64, y: f64) {
        let (_, _, width, height) = self.place();
        let room = |side: f64| (scale - 1.0) * side / 2.0;
        let x = x.clamp(-room(width), room(width));
        let y = y.clamp(-room(height), room(height));
        self.seen.set((scale, x, y));
    }

    fn by(self, factor: f64, at: Option<(f64, f64)>) {
        self.to(self.seen.get_untracked().0 * factor, at);
    }

    fn pan(self, x: f64, y: f64) {
        let (scale, was_x, was_y) = self.seen.get_untracked();
        self.put(scale, was_x + x, was_y + y);
    }

    /// The wheel makes it larger; where it would scroll something, only with the key that zooms
    /// everywhere, which a trackpad's pinch sends too.
    pub fn wheel(self, event: &WheelEvent) {
        if event.ctrl_key() || self.seen.get_untracked().0 > 1.0 || !self.scrolls() {
            event.prevent_default();
            let factor = if event.delta_y() < 0.0 { 1.2 } else { 1.0 / 1.2 };
            self.by(factor, Some((event.client_x().into(), event.client_y().into())));
        }
    }

    /// Whether something around the picture could be scrolled.
    fn scrolls(self) -> bool {
        let taller = |one: &Element| one.scroll_height() > one.client_height() + 1;
        let frame = self.frame.try_get_untracked().flatten();
        let main = frame.and_then(|frame| frame.closest(".main").ok().flatten());
        let page = web_sys::window().and_then(|window| window.document()?.document_element());
        main.is_none_or(|main| taller(&main)) || page.is_some_and(|page| taller(&page))
    }

    /// Between what fits and the picture's own pixels.
    pub fn double(self, event: &MouseEvent) {
        let to = if self.seen.get_untracked().0 > 1.0 { 1.0 } else { self.actual().max(2.0) };
        self.to(to, Some((event.client_x().into(), event.client_y().into())));
    }

    pub fn down(self, event: &PointerEvent) {
        let down = self.down.try_update_value(|down| {
            down.push((event.pointer_id(), event.client_x().into(), event.client_y().into()));
            down.len()
        });
        // Where all of it is seen, one finger moves the slider.
        if self.seen.get_untracked().0 > 1.0 || down.unwrap_or_default() > 1 {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let handle = target.and_then(|target| target.closest(".bar").ok().flatten());
            self.by_handle.set_value(handle.is_some());
            if let Some(frame) = self.frame.get_untracked() {
                let _ = frame.set_pointer_capture(event.pointer_id());
            }
        }
    }

    pub fn moved(self, event: &PointerEvent, split: RwSignal<u32>) {
        let Some((x, y)) = self.follow(event) else { return };
        match () {
            () if self.seen.get_untracked().0 <= 1.0 => {}
            () if self.by_handle.get_value() => {
                let (left, _, width, _) = self.place();
                let part = (f64::from(event.client_x()) - left) / width * 100.0;
                split.set(whole(part.clamp(0.0, 100.0)).unsigned_abs());
            }
            () => self.pan(x, y),
        }
    }

    /// Follows a finger, or the mouse: how far it went. None where it is not down, and where it and
    /// another one make the picture larger or smaller.
    pub fn follow(self, event: &PointerEvent) -> Option<(f64, f64)> {
        let (id, x, y) = (event.pointer_id(), event.client_x().into(), event.client_y().into());
        let before = self.down.get_value();
        let at = before.iter().position(|(other, ..)| *other == id)?;
        let (_, was_x, was_y): (i32, f64, f64) = before[at];
        self.down.update_value(|down| down[at] = (id, x, y));
        match before.get(1 - at.min(1)) {
            Some((_, other_x, other_y)) if before.len() > 1 => {
                let apart = |x: f64, y: f64| (x - other_x).hypot(y - other_y).max(1.0);
                let middle = ((x + other_x) / 2.0, (y + other_y) / 2.0);
                self.by(apart(x, y) / apart(was_x, was_y), Some(middle));
                None
            }
            _ => Some((x - was_x, y - was_y)),
        }
    }

    /// Where in the picture a pointer is, in shares of its width and height.
    pub fn share(self, event: &PointerEvent) -> [f64; 2] {
        let (left, top, width, height) = self.place();
        let (scale, x, y) = self.seen.get_untracked();
        let part = |at: i32, start: f64, side: f64, moved: f64| {
            ((f64::from(at) - start - moved) / side - 0.5) / scale + 0.5
        };
        [part(event.client_x(), left, width, x), part(event.client_y(), top, height, y)]
    }

    pub fn up(self, event: &PointerEvent) {
        self.down.update_value(|down| down.retain(|(id, ..)| *id != event.pointer_id()));
    }

    /// Keys, while the focus is at the picture or its buttons.
    pub fn key(self, event: &KeyboardEvent, has_original: bool) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let on_slider = target.is_some_and(|target| target.class_name() == "slider");
        // Its arrows are the slider's own, but with Shift.
        let moves = self.seen.get_untracked().0 > 1.0 && (!on_slider || event.shift_key());
        match event.key().as_str() {
            "+" | "=" => self.by(STEP, None),
            "-" => self.by(1.0 / STEP, None),
            "0" => self.to(1.0, None),
            "1" => self.to(self.actual(), None),
            "o" | "O" if has_original => self.original.set(true),
            "f" | "F" => self.full_screen(),
            "ArrowLeft" if moves => self.pan(STRIDE, 0.0),
            "ArrowRight" if moves => self.pan(-STRIDE, 0.0),
            "ArrowUp" if moves => self.pan(0.0, STRIDE),
            "ArrowDown" if moves => self.pan(0.0, -STRIDE),
            _ => return,
        }
        event.prevent_default();
    }

    /// The whole screen, or back.
    fn full_screen(self) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let shadow = frame.get_root_node().dyn_into::<ShadowRoot>().ok();
        let is_full = shadow.is_some_and(|shadow| shadow.fullscreen_element().is_some());
        let document = web_sys::window().and_then(|window| window.document());
        match document {
            Some(document) if is_full => document.exit_fullscreen(),
            _ => {
                if let Ok(Some(canvas)) = frame.closest(".canvas") {
                    let _ = canvas.request_fullscreen();
                }
            }
        }
    }
}

/// Every way of looking as a button, as not everybody has a wheel, or can drag.
pub fn buttons(session: Session, zoom: Zoom, has_original: bool) -> AnyView {
    let say = move |words| session.say(words);
    let hold = move |on: bool| zoom.original.set(on);
    let held = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), " " | "Enter") {
            event.prevent_default();
            hold(true);
        }
    };
    let original = has_original.then(|| {
        view! {
            <button
                type="button"
                id="original"
                title=say(words::ORIGINAL_LABEL)
                aria-pressed=text(move || zoom.original.get().to_string())
                on:pointerdown=run(move |_| hold(true))
                on:pointerup=run(move |_| hold(false))
                on:pointerleave=run(move |_| hold(false))
                on:pointercancel=run(move |_| hold(false))
                on:keydown=run(held)
                on:blur=run(move |_| hold(false))
            >
                {say(words::ORIGINAL)}
            </button>
        }
        .into_any()
    });
    let full = web_sys::window().and_then(|window| window.document());
    let full = full.is_some_and(|document| document.fullscreen_enabled()).then(|| {
        view! {
            <button
                type="button"
                id="full-screen"
                aria-label=say(words::FULL_SCREEN)
                title=say(words::FULL_SCREEN)
                on:click=run(move |_| zoom.full_screen())
            >
                {icon(icon::FULL)}
            </button>
        }
        .into_any()
    });
    view! {
        <div class="zoom" role="group" aria-label=say(words::ZOOM) title=say(words::ZOOM_KEYS)>
            {step("zoom-out", say(words::ZOOM_OUT), "−", zoom, 1.0 / STEP)}
            <output id="zoom" aria-live="off">{text(move || words::percent(session.language, zoom.percent()))}</output>
            {step("zoom-in", say(words::ZOOM_IN), "+", zoom, STEP)}
            <button
                type="button"
                id="fit"
                aria-pressed=text(move || (!zoom.is_in()).to_string())
                on:click=run(move |_| zoom.to(1.0, None))
            >
                {say(words::FIT)}
            </button>
            <button
                type="button"
                id="actual"
                title=say(words::ACTUAL_LABEL)
                on:click=run(move |_| zoom.to(zoom.actual(), None))
            >
                {words::ACTUAL}
            </button>
            {maybe(original)}
            {maybe(full)}
        </div>
    }
    .into_any()
}

fn step(
    id: &'static str,
    label: &'static str,
    sign: &'static str,
    zoom: Zoom,
    factor: f64,
) -> AnyView {
    view! {
        <button
            type="button"
            id=id
            aria-label=label
            title=label
            on:click=run(move |_| zoom.by(factor, None))
        >
            {sign.to_owned()}
        </button>
    }
    .into_any()
}

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
fn whole(number: f64) -> i32 {
    number.round() as i32
}
