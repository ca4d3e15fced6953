//! Checks a key before it is used, without spending.

use super::Session;
use crate::endpoint::{self, Connection};
use crate::words;
use leptos::prelude::*;
use web_sys::AbortController;

impl Session {
    /// Asks the connection's host whether its key is good; a question under way is dropped.
    pub fn check_key(self, connection: Connection) {
        self.stop_check();
        let Ok(abort) = AbortController::new() else { return };
        self.key_abort.set_value(Some(abort.clone()));
        self.key_says.set(self.say(words::CHECKING).into());
        self.spawn(async move {
            let signal = abort.signal();
            let answer = endpoint::credits(&connection, &signal).await;
            // A later question, or none, has taken its place.
            if !signal.aborted() {
                self.key_wrong.set(answer.is_err());
                self.key_says.set(match answer {
                    Ok(credits) => words::key_is_good(self.language, &credits),
                    Err(failure) => words::key_failed(self.language, &failure),
                });
            }
        });
    }

    /// Forgets the answer, and drops the question if it is under way.
    pub fn stop_check(self) {
        if let Some(abort) = self.key_abort.try_update_value(Option::take).flatten() {
            abort.abort();
            // The studio may be on its way out.
            self.key_wrong.try_set(false);
            self.key_says.try_set(String::new());
        }
    }
}
