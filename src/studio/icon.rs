//! One set of icons, drawn alike: 24 units square, strokes of 2.

use leptos::prelude::*;

pub const CODE: &str = "M8 7l-5 5 5 5M16 7l5 5-5 5";
pub const CLOSE: &str = "M6 6l12 12M18 6L6 18";
pub const FULL: &str = "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5";
pub const HISTORY: &str = "M4 12a8 8 0 1 0 2.3-5.6M4 4v4h4M12 8v4l3 2";
pub const STAR: &str = "M12 4l2.5 5.2 5.5.8-4 4 1 5.6-5-2.7-5 2.7 1-5.6-4-4 5.5-.8z";
pub const DICE: &str = "M4 4h16v16H4zM9 9h.01M15 15h.01M15 9h.01M9 15h.01";
pub const BRUSH: &str = "M14 4l6 6-8 8-6-6zM6 12c-3 1-1 5-4 6 4 3 8 2 10 0";
pub const DOWNLOAD: &str = "M12 4v11M7 11l5 5 5-5M5 20h14";
pub const COMPARE: &str = "M12 3v18M8 8l-4 4 4 4M16 8l4 4-4 4";
pub const AGAIN: &str = "M4 12a8 8 0 1 1 2.3 5.6M4 12V7M4 12h5";
pub const PICTURE: &str = "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01";
pub const UNDO: &str = "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3";
pub const REDO: &str = "M15 14l5-5-5-5M20 9H10a6 6 0 0 0 0 12h3";
pub const RESET: &str = "M5 7h14M10 11v6M14 11v6M7 7l1 13h8l1-13M9 7V4h6v3";
pub const WARNING: &str = "M12 4l9 16H3zM12 10v4M12 17h.01";

/// An icon beside words; never alone, so it is hidden from screen readers.
pub fn icon(path: &'static str) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
    .into_any()
}
