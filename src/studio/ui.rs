//! What the views of one studio share beside the session.

use super::looks::Looks;
use crate::session::Session;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDivElement, HtmlElement, ShadowRoot};

/// A handle for the views: the session, the looks, the studio's outermost element, and whether the
/// connection dialog or the code is open.
#[derive(Clone, Copy)]
pub struct Ui {
    pub session: Session,
    pub looks: Looks,
    /// Whether all settings are shown where there is room for few.
    pub more: RwSignal<bool>,
    pub app: NodeRef<Div>,
    pub connecting: RwSignal<bool>,
    pub coding: RwSignal<bool>,
    /// Whether the history is open.
    pub looking_back: RwSignal<bool>,
}

impl Ui {
    pub fn new(session: Session, looks: Looks) -> Self {
        Self {
            session,
            looks,
            more: RwSignal::new(false),
            app: NodeRef::new(),
            connecting: RwSignal::new(false),
            coding: RwSignal::new(false),
            looking_back: RwSignal::new(false),
        }
    }

    /// The outermost element, while the studio is there: a frame or a timer may come after it went.
    pub fn app(self) -> Option<HtmlDivElement> {
        self.app.try_get_untracked().flatten()
    }

    /// The tag that the studio stands in.
    pub fn host(self) -> Option<Element> {
        Some(self.app()?.get_root_node().dyn_into::<ShadowRoot>().ok()?.host())
    }

    /// The name of the theme that holds.
    pub fn theme(self) -> String {
        self.looks.seen.with(|seen| seen.theme.name().to_owned())
    }

    /// Moves the focus to the element of this studio with this id.
    pub fn focus(self, id: &str) {
        if let Some(element) = self.element(id) {
            let _ = element.focus();
        }
    }

    /// Sets an attribute of the element of this studio with this id. Costs less than a view's own
    /// attribute where its name is used nowhere else.
    pub fn attribute(self, id: &str, name: &str, value: &str) {
        if let Some(element) = self.element(id) {
            let _ = element.set_attribute(name, value);
        }
    }

    /// Whether the element of this studio with this id has the focus.
    pub fn has_focus(self, id: &str) -> bool {
        self.element(id).is_some_and(|element| element.matches(":focus").unwrap_or_default())
    }

    /// Whether something inside an element of this studio that matches has the focus.
    pub fn has_focus_within(self, css: &str) -> bool {
        let app = self.app();
        app.is_some_and(|app| {
            app.query_selector(&format!("{css} :focus")).is_ok_and(|at| at.is_some())
        })
    }

    /// Brings the failure, or else the picture, into view where the panel is below the stage: the
    /// button is pressed there with the stage out of sight. A person who goes on in the fields stays
    /// there.
    pub fn show_stage(self) {
        if self.has_focus_within(".fields") {
            return;
        }
        let app = self.app();
        let Some(main) = app.and_then(|app| app.query_selector(".main").ok().flatten()) else {
            return;
        };
        match self.element("failure") {
            Some(failure) if main.scroll_height() > main.client_height() => {
                failure.scroll_into_view_with_bool(false);
            }
            _ => main.set_scroll_top(0),
        }
    }

    fn element(self, id: &str) -> Option<HtmlElement> {
        let app = self.app()?;
        app.query_selector(&format!("#{id}")).ok().flatten()?.dyn_into().ok()
    }
}
