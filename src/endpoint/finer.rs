//! The finer network of this device: whether its file is here, and whether it is used. All studios on a page
//! share it.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/endpoint/finer.js")]
extern "C" {
    #[wasm_bindgen(js_name = watchFiner)]
    fn watch(tell: &JsValue) -> Function;

    /// Whether this device cuts out with it.
    #[wasm_bindgen(js_name = isChosen)]
    pub fn is_finer() -> bool;

    /// Chooses between it and the quick one, once it is kept.
    #[wasm_bindgen(js_name = useFiner)]
    pub fn use_finer(on: bool);

    /// Fetches its file, which a person was asked about, and uses it.
    #[wasm_bindgen(js_name = bringFiner)]
    pub fn bring_finer();

    /// Ends that.
    #[wasm_bindgen(js_name = stopFiner)]
    pub fn stop_finer();

    /// Deletes the file.
    #[wasm_bindgen(js_name = removeFiner)]
    pub fn remove_finer();
}

#[wasm_bindgen(module = "/src/endpoint/engine.js")]
extern "C" {
    /// The host that the engine's files come from.
    #[wasm_bindgen(js_name = engineHost)]
    pub fn engine_host() -> String;
}

/// How it is about the finer network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Finer {
    /// There is none to be had here, or nobody knows yet.
    #[default]
    Absent,
    /// It could be fetched; why it is not here where it should be.
    Offered(Option<NotFiner>),
    /// It is being fetched, in bytes; of 0 where the whole is not known.
    Coming {
        received: u32,
        total: u32,
    },
    /// Its file is here, and the quick network is used.
    Kept,
    Used,
}

/// Why the finer network's file is not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFiner {
    /// The connection broke, or there was none.
    Cut,
    /// The server does not have it.
    Missing,
    /// It was another file.
    Changed,
    /// The browser keeps no file that large.
    Full,
    /// It was here, and the browser has cleared it away.
    Gone,
    /// The page lets no worker start.
    Forbidden,
}

/// Tells how it is, now and whenever that changes, until it is dropped.
pub struct Watch {
    stop: Function,
    _tell: Closure<dyn Fn(u32, u32, f64, f64)>,
}

impl Watch {
    pub fn new(told: impl Fn(Finer) + 'static) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let tell = Closure::new(move |which, why, received: f64, total: f64| {
            told(match which {
                1 => Finer::Offered(match why {
                    1 => Some(NotFiner::Cut),
                    2 => Some(NotFiner::Missing),
                    3 => Some(NotFiner::Changed),
                    4 => Some(NotFiner::Full),
                    5 => Some(NotFiner::Gone),
                    6 => Some(NotFiner::Forbidden),
                    _ => None,
                }),
                2 => Finer::Coming { received: received as u32, total: total as u32 },
                3 => Finer::Kept,
                4 => Finer::Used,
                _ => Finer::Absent,
            });
        });
        Self { stop: watch(tell.as_ref()), _tell: tell }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.stop.call0(&JsValue::NULL);
    }
}
