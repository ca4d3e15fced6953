//! The finer network of this device, as a person chooses it.

use super::Session;
use crate::endpoint::{Finer, Watch};
use crate::words;
use leptos::prelude::*;

impl Session {
    /// Follows how it is, while the view that asks is there.
    pub fn watch_finer(self) {
        let told = move |now: Finer| {
            let before = self.finer.get_untracked();
            if now == before {
                return;
            }
            self.finer.set(now);
            if let (Finer::Coming { .. }, Finer::Used) = (before, now) {
                self.said.set(self.say(words::FINER_HERE).into());
            }
            // What is being corrected is found anew.
            if matches!((before, now), (_, Finer::Used) | (Finer::Used, _)) {
                self.cutout.update(|_| {});
            }
        };
        let watch = StoredValue::new_local(Watch::new(told));
        on_cleanup(move || watch.dispose());
    }
}
