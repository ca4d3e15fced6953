//! The browser's database: a few stores of records. A record is a plain object whose `id` is a text; it
//! may hold whatever can be cloned, files (`Blob`) among it.
//!
//! ```ignore
//! let record = object([("id", "1".into()), ("photo", blob.into())]);
//! write(&[Step::Put(Store::Queue, &record), Step::Delete(Store::Queue, "0")]).await?;
//! for record in all(Store::Queue).await? {
//!     let name = text(&record, "name");
//! }
//! ```
//!
//! Several tabs share it. What belongs together goes into one [`write`]; what changes one record without
//! a look at what another tab made of it, through [`amend`].

use super::room::{Shut, ask};
use js_sys::{Array, Object};
use wasm_bindgen::JsValue;

/// A store. The names stand in `room/db.js`, too; a new one needs a new version of the database there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// What is said of the pictures of the history.
    Pictures,
    /// Their files, under the same `id`.
    Files,
    /// Photos of queues, and what has become of each.
    Queue,
    /// Forms that were not sent yet, their photos included.
    Drafts,
}

impl Store {
    pub(super) fn name(self) -> JsValue {
        match self {
            Self::Pictures => "pictures",
            Self::Files => "files",
            Self::Queue => "queue",
            Self::Drafts => "drafts",
        }
        .into()
    }
}

/// A step of a [`write`].
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// In place of what was under its `id`.
    Put(Store, &'a Object),
    /// The record with this `id`; fine where there is none.
    Delete(Store, &'a str),
}

/// Does all of it, or nothing: one transaction. Over when it is on disk.
///
/// # Errors
/// [`Shut::Full`] where there is no space, [`Shut::Closed`] where the browser keeps nothing.
pub async fn write(steps: &[Step<'_>]) -> Result<(), Shut> {
    let steps = steps.iter().map(|step| match step {
        Step::Put(store, record) => Array::of3(&"put".into(), &store.name(), record),
        Step::Delete(store, id) => Array::of3(&"delete".into(), &store.name(), &(*id).into()),
    });
    ask("write", &[steps.collect::<Array>().into()]).await.map(|_| ())
}

/// A record.
///
/// # Errors
/// As [`write`].
pub async fn get(store: Store, id: &str) -> Result<Option<JsValue>, Shut> {
    let record = ask("get", &[store.name(), id.into()]).await?;
    Ok(Some(record).filter(JsValue::is_object))
}

/// All records, in the order of their `id`s.
///
/// # Errors
/// As [`write`].
pub async fn all(store: Store) -> Result<Vec<JsValue>, Shut> {
    ask("all", &[store.name()]).await.map(|list| Array::from(&list).to_vec())
}

/// Changes these fields of a record and leaves the others; whether it was there.
///
/// # Errors
/// As [`write`].
pub async fn amend(store: Store, id: &str, fields: &Object) -> Result<bool, Shut> {
    let was = ask("amend", &[store.name(), id.into(), fields.into()]).await?;
    Ok(was.is_truthy())
}
