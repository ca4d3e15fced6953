//! How far a run has come, as a page is told.

use super::told::object;
use crate::endpoint::Phase;
use crate::session::Run;
use js_sys::Object;
use wasm_bindgen::JsValue;

/// The detail of `backdrop-progress`.
#[derive(Clone, Copy, PartialEq)]
pub struct Progress {
    phase: &'static str,
    /// Bytes, where the phase counts some; of 0 where the whole is not known.
    received: Option<(u32, u32)>,
    /// Until it is sent again by itself.
    seconds: Option<u32>,
}

impl Progress {
    pub fn of(run: &Run) -> Option<Self> {
        let (phase, received, seconds) = match run {
            Run::Running { phase: Phase::Receiving { received, total }, .. } => {
                ("receiving", Some((*received, *total)), None)
            }
            Run::Running { phase: Phase::Fetching { received, total }, .. } => {
                ("fetching", Some((*received, *total)), None)
            }
            Run::Running { phase, .. } => match phase {
                Phase::Reading => ("reading", None, None),
                Phase::Queued => ("queued", None, None),
                Phase::Asking | Phase::Resuming => ("resuming", None, None),
                _ => ("waiting", None, None),
            },
            Run::Waiting { seconds, .. } => ("retrying", None, Some(*seconds)),
            _ => return None,
        };
        Some(Self { phase, received, seconds })
    }

    pub fn told(self) -> Object {
        let number = |number: Option<u32>| number.map_or(JsValue::NULL, JsValue::from);
        let total = self.received.map(|(_, total)| total).filter(|total| *total > 0);
        object([
            ("phase", self.phase.into()),
            ("received", number(self.received.map(|(received, _)| received))),
            ("total", number(total)),
            ("seconds", number(self.seconds)),
        ])
    }
}
