//! Backdrop's component.
