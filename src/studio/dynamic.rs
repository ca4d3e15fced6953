//! Parts of a view that change, behind one type each.
//!
//! A view's type holds the type of every closure in it, and each makes its own copy of the code
//! that runs it. Boxed, they share one: a quarter of the first load.

use leptos::prelude::*;

/// A text that follows signals.
pub fn text(of: impl Fn() -> String + Send + 'static) -> Box<dyn Fn() -> String + Send> {
    Box::new(of)
}

/// A yes or no that follows signals.
pub fn flag(of: impl Fn() -> bool + Send + 'static) -> Box<dyn Fn() -> bool + Send> {
    Box::new(of)
}

/// A piece of a view that follows signals.
pub fn part(of: impl Fn() -> AnyView + Send + 'static) -> Box<dyn Fn() -> AnyView + Send> {
    Box::new(of)
}

/// A piece of a view that is there or not.
pub fn maybe(view: Option<AnyView>) -> AnyView {
    view.unwrap_or_else(|| ().into_any())
}

/// What happens on an event.
pub fn run<E>(then: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(then)
}
