//! Correcting a cut-out: a brush to keep and to remove, and a button for whatever needs no hand.

use super::dynamic::{flag, maybe, part, run, text};
use super::zoom::{self, Zoom};
use super::{Ui, send_bar};
use crate::endpoint::{Answers, Phase};
use crate::session::{Cutout, Edit, Outlines, Session};
use crate::words;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use web_sys::{Event, HtmlImageElement, HtmlInputElement};

/// What the photo's longer side measures in the drawing: whole numbers are fine enough, and writing
/// others costs kilobytes.
const SIDE: f64 = 4_000.0;
/// How far the edge moves or softens with one press, as a share of the photo's longer side.
const STEP: f64 = 0.004;
/// The brush's radius as a share of the photo's longer side is its size through this.
const SIZES: f64 = 500.0;

/// Takes the person to where the cut-out is corrected.
pub fn start(ui: Ui) {
    ui.session.start_cutting();
    request_animation_frame(move || ui.focus("cut-remove"));
}

/// The brush, as it is held.
#[derive(Clone, Copy)]
struct Brush {
    session: Session,
    zoom: Zoom,
    outlines: Outlines,
    keep: RwSignal<bool>,
    size: RwSignal<u32>,
    /// Where it is, in shares of the photo's sides; none while it is nowhere near.
    at: RwSignal<Option<[f64; 2]>>,
    /// The stroke that is being made.
    stroke: RwSignal<Vec<[f64; 2]>>,
}

pub fn cutout(ui: Ui) -> AnyView {
    let session = ui.session;
    let Some(photo) = session.photo.get() else { return ().into_any() };
    let brush = Brush {
        session,
        zoom: Zoom::new(session.photo_size.get_untracked().unwrap_or((1_000, 1_000))),
        outlines: Outlines::new(session),
        keep: RwSignal::new(false),
        size: RwSignal::new(15),
        at: RwSignal::new(None),
        stroke: RwSignal::new(Vec::new()),
    };
    let (zoom, outlines) = (brush.zoom, brush.outlines);
    let loaded = move |event: Event| {
        let image = event_target::<HtmlImageElement>(&event);
        session.photo_size.set(Some((image.natural_width(), image.natural_height())));
    };
    let over = move || {
        maybe(outlines.seen.get().map(|picture| {
            view! { <img class="left-out" src=picture.url().to_owned() alt=String::new() draggable="false" /> }
                .into_any()
        }))
    };
    let (width, height) = (move || brush.sides().0, move || brush.sides().1);
    let drawing = move || {
        let made = session.cutout.get();
        let made = made.as_ref().map(Cutout::done).unwrap_or_default();
        let late = made.iter().skip(outlines.held.get()).filter_map(|edit| match edit {
            Edit::Stroke { keep, radius, points } => Some(brush.line(*keep, *radius, points)),
            _ => None,
        });
        let now = brush.stroke.get();
        let now = (!now.is_empty()).then(|| brush.line(brush.keep.get(), brush.radius(), &now));
        late.chain(now).collect::<Vec<_>>().into_any()
    };
    let finding = move || {
        let phase = outlines.phase.get();
        let none = outlines.seen.with(Option::is_none);
        maybe(none.then(|| {
            let says = match phase {
                Phase::Fetching { received, total } => {
                    words::receiving(session.language, words::FETCHING, received, total)
                }
                _ => session.say(words::FINDING).to_owned(),
            };
            view! { <p class="phase" role="status">{says}</p> }.into_any()
        }))
    };
    let keys = move |event: KeyboardEvent| {
        let undoes = event.ctrl_key() || event.meta_key();
        match (event.key().as_str(), event.shift_key()) {
            ("z", false) if undoes => session.correct(Cutout::undo),
            ("z" | "Z", true) | ("y", false) if undoes => session.correct(Cutout::redo),
            _ => return zoom.key(&event, false),
        }
        event.prevent_default();
    };
    view! {
        <div class="look cutting" on:keydown=run(keys)>
            <div
                class="pair"
                id="cut-canvas"
                // Not a picture alone: it takes keys of its own.
                role="application"
                tabindex="0"
                aria-label=session.say(words::CUTOUT_CANVAS)
                title=session.say(words::CUTOUT_CANVAS)
                node_ref=zoom.frame
                class:zoomed=flag(move || zoom.is_in())
                style:--ratio=text(move || format!("{} / {}", width(), height()))
                style:--zoom=text(move || zoom.scale())
                style:--x=text(move || zoom.x())
                style:--y=text(move || zoom.y())
                on:wheel=run(move |event| zoom.wheel(&event))
                on:pointerdown=run(move |event| brush.down(&event))
                on:pointermove=run(move |event| brush.moved(&event))
                on:pointerup=run(move |event| brush.up(&event))
                on:pointercancel=run(move |event| brush.lost(&event))
                on:pointerleave=run(move |_| brush.at.set(None))
                on:keydown=run(move |event| brush.key(&event))
            >
                <img
                    src=photo.url().to_owned()
                    alt=words::your_photo(session.language, &photo.name)
                    draggable="false"
                    on:load=run(loaded)
                />
                {part(over)}
                <svg
                    aria-hidden="true"
                    viewBox=text(move || format!("0 0 {} {}", width(), height()))
                >
                    {part(drawing)}
                    {part(move || maybe(brush.at.get().map(|at| brush.ring(at))))}
                </svg>
            </div>
            {part(finding)}
            {zoom::buttons(session, zoom, false)}
            {tools(ui, brush)}
        </div>
    }
    .into_any()
}

impl Brush {
    /// Of the drawing.
    fn sides(self) -> (i32, i32) {
        let (width, height) = self.session.photo_size.get().unwrap_or((3, 2));
        let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
        let longest = width.max(height);
        (whole(width / longest * SIDE), whole(height / longest * SIDE))
    }

    /// As a share of the photo's longer side.
    fn radius(self) -> f64 {
        f64::from(self.size.get()) / SIZES
    }

    fn point(self, [x, y]: [f64; 2]) -> (i32, i32) {
        let (width, height) = self.sides();
        (whole(x * f64::from(width)), whole(y * f64::from(height)))
    }

    /// A stroke as it is drawn until it is in the outline.
    fn line(self, keep: bool, radius: f64, points: &[[f64; 2]]) -> AnyView {
        let mut list = String::new();
        for at in points.iter().chain(points.last()) {
            let (x, y) = self.point(*at);
            list.push_str(&format!("{x},{y} "));
        }
        let wide = whole(radius * SIDE * 2.0).to_string();
        let class = if keep { "kept" } else { "removed" };
        view! { <polyline class=class points=list stroke-width=wide></polyline> }.into_any()
    }

    fn ring(self, at: [f64; 2]) -> AnyView {
        let (x, y) = self.point(at);
        let wide = whole(self.radius() * SIDE);
        view! { <circle cx=x.to_string() cy=y.to_string() r=wide.to_string()></circle> }.into_any()
    }

    fn down(self, event: &PointerEvent) {
        self.zoom.down(event);
        // A second finger makes it larger or smaller; another button is the browser's.
        if !event.is_primary() || event.button() != 0 {
            return self.stroke.set(Vec::new());
        }
        if let Some(frame) = self.zoom.frame.get_untracked() {
            let _ = frame.set_pointer_capture(event.pointer_id());
        }
        let at = self.zoom.share(event);
        self.at.set(Some(at));
        self.stroke.set(vec![at]);
    }

    fn moved(self, event: &PointerEvent) {
        let at = self.zoom.share(event);
        self.at.set(Some(at));
        let follows = self.zoom.follow(event).is_some();
        if follows && self.stroke.with_untracked(|stroke| !stroke.is_empty()) {
            self.stroke.update(|stroke| stroke.push(at));
        }
    }

    fn up(self, event: &PointerEvent) {
        self.zoom.up(event);
        let points = self.stroke.get_untracked();
        if event.is_primary() && !points.is_empty() {
            self.stroke.set(Vec::new());
            self.paint(points);
        }
        if event.pointer_type() == "touch" {
            self.at.set(None);
        }
    }

    fn lost(self, event: &PointerEvent) {
        self.zoom.up(event);
        self.stroke.set(Vec::new());
    }

    fn paint(self, points: Vec<[f64; 2]>) {
        let (keep, radius) = (self.keep.get_untracked(), untrack(|| self.radius()));
        self.session.correct(|cutout| cutout.edit(Edit::Stroke { keep, radius, points }));
    }

    /// Keys at the photo itself: arrows move the brush by half of it.
    fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let (width, height) = untrack(|| self.sides());
        let radius = untrack(|| self.radius());
        let stride = if event.shift_key() { radius / 8.0 } else { radius.max(0.01) } * SIDE;
        let [x, y] = self.at.get_untracked().unwrap_or([0.5, 0.5]);
        let (across, down) = (stride / f64::from(width), stride / f64::from(height));
        let at = match event.key().as_str() {
            "ArrowLeft" => [x - across, y],
            "ArrowRight" => [x + across, y],
            "ArrowUp" => [x, y - down],
            "ArrowDown" => [x, y + down],
            " " | "Enter" => {
                self.at.set(Some([x, y]));
                self.paint(vec![[x, y]]);
                return stop(event);
            }
            _ => return,
        };
        self.at.set(Some(at.map(|part| part.clamp(0.0, 1.0))));
        stop(event);
    }
}

/// Nobody else takes it.
fn stop(event: &KeyboardEvent) {
    event.prevent_default();
    event.stop_propagation();
}

fn tools(ui: Ui, brush: Brush) -> AnyView {
    let session = ui.session;
    let of = move |ask: fn(&Cutout) -> bool| {
        session.cutout.with(|cutout| cutout.as_ref().is_some_and(ask))
    };
    let mode = |id: &'static str, keep: bool, label: &'static str| {
        view! {
            <button
                type="button"
                id=id
                aria-pressed=text(move || (brush.keep.get() == keep).to_string())
                on:click=run(move |_| brush.keep.set(keep))
            >
                {session.say(label)}
            </button>
        }
        .into_any()
    };
    let once = |id: &'static str, label: &'static str, edit: fn() -> Edit| {
        let then = move |_| session.correct(|cutout| cutout.edit(edit()));
        view! { <button type="button" id=id on:click=run(then)>{session.say(label)}</button> }
            .into_any()
    };
    // What can't be pressed keeps the focus all the same.
    let step = move |id: &'static str,
                     label: &'static str,
                     can: fn(&Cutout) -> bool,
                     go: fn(&mut Cutout)| {
        view! {
            <button
                type="button"
                id=id
                aria-disabled=text(move || (!of(can)).to_string())
                on:click=run(move |_| session.correct(go))
            >
                {session.say(label)}
            </button>
        }
        .into_any()
    };
    let sized = move |event: Event| {
        brush.size.set(event_target_value(&event).parse().unwrap_or(15));
    };
    let back = move || {
        request_animation_frame(move || {
            ui.focus("cut-out");
            ui.focus("correct");
        });
    };
    let cancel = move |_| {
        brush.outlines.forget(session);
        back();
    };
    let done = move |_| {
        session.cutting.set(false);
        session.send_cutout.set(true);
        match session.answers.with_untracked(Answers::is_engine) {
            true => send_bar::send(ui),
            false => {
                session.said.set(session.say(words::CUTOUT_KEPT).into());
                back();
            }
        }
    };
    view! {
        <div class="tools" role="group" aria-label=session.say(words::CORRECT_CUTOUT)>
            {mode("cut-keep", true, words::KEEP)}
            {mode("cut-remove", false, words::REMOVE)}
            <label class="size">
                {session.say(words::BRUSH_SIZE)}
                <input
                    type="range"
                    id="cut-size"
                    min="1"
                    max="100"
                    prop:value=text(move || brush.size.get().to_string())
                    on:input=run(sized)
                />
            </label>
            {once("cut-grow", words::GROW, || Edit::Grow(STEP))}
            {once("cut-shrink", words::SHRINK, || Edit::Grow(-STEP))}
            {once("cut-feather", words::FEATHER, || Edit::Feather(STEP))}
            {once("cut-largest", words::KEEP_LARGEST, || Edit::KeepLargest)}
            <button
                type="button"
                id="cut-whole"
                title=session.say(words::WHOLE_PHOTO_LABEL)
                aria-pressed=text(move || of(Cutout::is_whole).to_string())
                on:click=run(move |_| session.correct(|cutout| cutout.look(!cutout.is_whole())))
            >
                {session.say(words::WHOLE_PHOTO)}
            </button>
            {step("cut-undo", words::UNDO, |cutout| !cutout.done().is_empty(), Cutout::undo)}
            {step("cut-redo", words::REDO, Cutout::can_redo, Cutout::redo)}
            <button type="button" id="cut-cancel" on:click=run(cancel)>
                {session.say(words::CANCEL)}
            </button>
            <button type="button" class="primary" id="cut-done" on:click=run(done)>
                {session.say(words::DONE)}
            </button>
        </div>
    }
    .into_any()
}

/// In the panel, under the photo: the way there, and whether the cut-out goes along.
pub fn offer(ui: Ui) -> AnyView {
    let session = ui.session;
    let way = move || {
        maybe(session.may_cut_out().then(|| {
            view! {
                <button class="ghost outlined" type="button" id="cut-out" on:click=run(move |_| start(ui))>
                    {session.say(words::CORRECT_CUTOUT)}
                </button>
            }
            .into_any()
        }))
    };
    let along = move || {
        let there = session.has_cutout() && !session.connection.with(|to| to.is_device());
        maybe(there.then(|| send_along(session)))
    };
    view! { {part(way)} {part(along)} }.into_any()
}

fn send_along(session: Session) -> AnyView {
    let change = move |event: Event| {
        session.send_cutout.set(event_target::<HtmlInputElement>(&event).checked());
    };
    view! {
        <div class="row">
            <div>
                <label for="send-cutout">{session.say(words::SEND_CUTOUT)}</label>
                <small id="send-cutout-help">{session.say(words::SEND_CUTOUT_HELP)}</small>
            </div>
            <input
                type="checkbox"
                role="switch"
                id="send-cutout"
                aria-describedby="send-cutout-help".to_owned()
                prop:checked=flag(move || session.send_cutout.get())
                on:change=run(change)
            />
        </div>
    }
    .into_any()
}

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
fn whole(number: f64) -> i32 {
    number.round() as i32
}
