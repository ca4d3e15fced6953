//! What the views of one studio share beside the session.

use crate::session::Session;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A handle for the views: the session, the studio's outermost element, and whether the connection
/// dialog is open.
#[derive(Clone, Copy)]
pub struct Ui {
    pub session: Session,
    pub app: NodeRef<Div>,
    pub connecting: RwSignal<bool>,
}

impl Ui {
    pub fn new(session: Session) -> Self {
        Self { session, app: NodeRef::new(), connecting: RwSignal::new(false) }
    }

    /// Moves the focus to the element of this studio with this id.
    pub fn focus(self, id: &str) {
        if let Some(element) = self.element(id) {
            let _ = element.focus();
        }
    }

    /// Whether the element of this studio with this id has the focus.
    pub fn has_focus(self, id: &str) -> bool {
        self.element(id).is_some_and(|element| element.matches(":focus").unwrap_or_default())
    }

    fn element(self, id: &str) -> Option<HtmlElement> {
        let app = self.app.get_untracked()?;
        app.query_selector(&format!("#{id}")).ok().flatten()?.dyn_into().ok()
    }
}
