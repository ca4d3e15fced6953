//! A queue that another tab has handed over is watched from this one. That tab collects; where it goes,
//! this one does.

use super::Queue;
use super::kept::{lock_of, restore};
use crate::endpoint::Abort;
use crate::keep::store::Store;
use crate::keep::{Changes, ask};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

/// Changes within so many milliseconds are read together.
const TOGETHER: u32 = 300;

impl Queue {
    pub(super) async fn watch_beside(self) {
        self.is_beside.set(true);
        if self.read().await != Some(true) {
            return self.clear();
        }
        self.session.spawn(async move {
            let due = Rc::new(Cell::new(false));
            let heard = Changes::hear(Store::Queue, move || self.read_soon(&due)).await;
            let free = ask("whenFree", &[lock_of(&self.name.get_value())]).await;
            drop(heard);
            if free.is_ok() && self.is_watched() {
                self.clear();
                restore(self.session).await;
            }
        });
    }

    fn read_soon(self, due: &Rc<Cell<bool>>) {
        if due.replace(true) {
            return;
        }
        let due = due.clone();
        self.session.spawn(async move {
            let _ = Abort::new(0.0).sleep(TOGETHER).await;
            due.set(false);
            // Where it is empty, the other tab has cleared it.
            if self.is_watched() && self.read().await == Some(false) && self.is_watched() {
                self.clear();
            }
        });
    }

    /// Whether it was not put away here meanwhile.
    fn is_watched(self) -> bool {
        let now = self.session.queue();
        now.is_some_and(|now| now.name.get_value() == self.name.get_value())
            && self.is_beside.try_get_untracked() == Some(true)
    }
}
