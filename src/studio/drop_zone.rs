//! Files that are dropped on the studio, or pasted.

use super::Ui;
use crate::photo::{Address, images};
use crate::session::{Session, Slot};
use crate::words;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Element, Node, ShadowRoot};

/// The whole studio takes drops: one beside the stage would make the browser leave the page.
#[derive(Clone, Copy)]
pub struct DropZone {
    session: Session,
    over: RwSignal<bool>,
}

impl DropZone {
    pub fn new(session: Session) -> Self {
        Self { session, over: RwSignal::new(false) }
    }

    pub fn is_over(self) -> bool {
        self.over.get()
    }

    /// Files are taken, and pictures of other pages by their address; text may be dragged between
    /// fields as everywhere.
    pub fn over(self, event: &DragEvent) {
        if holds(event) {
            event.prevent_default();
            if !self.over.get_untracked() {
                self.over.set(true);
            }
        }
    }

    /// Leaving one element for another inside the studio is not leaving it.
    pub fn leave(self, event: &DragEvent) {
        let app = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        let to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
        if !app.is_some_and(|app| app.contains(to.as_ref())) {
            self.over.set(false);
        }
    }

    /// A file that is dropped on the reference becomes the reference, anywhere else the photo.
    pub fn drop(self, event: &DragEvent) {
        self.over.set(false);
        if !holds(event) {
            return;
        }
        event.prevent_default();
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let on_reference = target.and_then(|target| target.closest(".reference").ok().flatten());
        let slot = if on_reference.is_some() { Slot::Reference } else { Slot::Photo };
        let transfer = event.data_transfer();
        if !take(self.session, slot, transfer.clone())
            && !take_address(self.session, slot, transfer, LIST)
        {
            self.session.refuse(self.session.say(words::NOT_A_FILE).into());
        }
    }
}

/// What a link or a picture of another page is dragged as.
const LIST: &str = "text/uri-list";

fn holds(event: &DragEvent) -> bool {
    let transfer = event.data_transfer();
    let has =
        |kind: &str| transfer.as_ref().is_some_and(|all| all.types().includes(&kind.into(), 0));
    has("Files") || has(LIST) && !is_field(event.composed_path().get(0))
}

fn is_field(target: JsValue) -> bool {
    target.dyn_into::<Element>().is_ok_and(|target| {
        target.matches("textarea, [type=text], [type=url], [type=number]").unwrap_or_default()
    })
}

/// Takes the first line as an address if it is one.
fn take_address(session: Session, slot: Slot, transfer: Option<DataTransfer>, kind: &str) -> bool {
    let text = transfer.and_then(|transfer| transfer.get_data(kind).ok()).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    Address::read(first).is_ok() && session.take_address(slot, first)
}

/// Takes pictures from the clipboard, wherever on the page they are pasted; a paste into some
/// other part of the host page is left alone.
pub fn take_pastes(ui: Ui) {
    let listener = window_event_listener_untyped("paste", move |event| {
        let Ok(event) = event.dyn_into::<ClipboardEvent>() else {
            return;
        };
        // Prevented already: another studio on the page took it.
        if !event.default_prevented()
            && is_ours(ui, &event)
            && !is_text(&event)
            && (take(ui.session, Slot::Photo, event.clipboard_data())
                || take_address(ui.session, Slot::Photo, event.clipboard_data(), "text/plain"))
        {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Whether it is text on its way into a field: office programs put a picture beside it.
fn is_text(event: &ClipboardEvent) -> bool {
    let field = is_field(event.composed_path().get(0));
    let text = |transfer: DataTransfer| transfer.types().includes(&"text/plain".into(), 0);
    field && event.clipboard_data().is_some_and(text)
}

fn is_ours(ui: Ui, event: &ClipboardEvent) -> bool {
    let Some(app) = ui.app().filter(|app| app.closest("[inert]").is_ok_and(|off| off.is_none()))
    else {
        return false;
    };
    let root = Some(app.get_root_node());
    let host = root.and_then(|root| root.dyn_into::<ShadowRoot>().ok()).map(|root| root.host());
    // From inside a shadow root the target that the window sees is the host.
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    match target {
        Some(target) => Some(&target) == host.as_ref() || target.tag_name() == "BODY",
        None => false,
    }
}

/// Whether there was a file to take.
fn take(session: Session, slot: Slot, transfer: Option<DataTransfer>) -> bool {
    let files = images(transfer.and_then(|transfer| transfer.files()));
    let some = !files.is_empty();
    if some {
        session.take_files(slot, files);
    }
    some
}
