//! Parts of the studio that are loaded when they are first used.

use super::dynamic::{maybe, part};
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped;
use std::pin::Pin;

/// The part did not come.
pub struct Lost;

#[cfg(split)]
impl From<leptos::wasm_split::SplitLoaderError> for Lost {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// What a function of a part returns, once the part is there.
macro_rules! loaded {
    ($call:expr) => {{
        #[cfg(split)]
        let view = $call.await;
        #[cfg(not(split))]
        let view = $call;
        view
    }};
}
pub(super) use loaded;

type Load = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<AnyView, Lost>>>>>;

/// A view that is loaded when `open` is first set.
pub fn later(open: RwSignal<bool>, load: Load) -> AnyView {
    let view = StoredValue::new_local(None::<AnyView>);
    let there = RwSignal::new(false);
    let owner = Owner::current();
    Effect::new(move |_| {
        if !open.get() || there.get_untracked() {
            return;
        }
        let Some(owner) = &owner else { return };
        let loading = load();
        owner.with(|| spawn_local_scoped(async move {
            match loading.await {
                Ok(loaded) => {
                    view.try_set_value(Some(loaded));
                    there.try_set(true);
                }
                Err(Lost) => {
                    open.try_set(false);
                }
            }
        }));
    });
    part(move || {
        there.get();
        maybe(view.try_update_value(Option::take).flatten())
    })
    .into_any()
}
