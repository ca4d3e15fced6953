//! The form survives a reload, its photo included: a draft in the browser's database, where the page
//! lets that stay. Each tab has its own; one that no tab has open any more is taken up by the next.
//! The key is never in it.

use super::{Background, Edits, Form, Session, call};
use crate::endpoint::{Abort, name as new_name};
use crate::keep::record::{count, get, number, object, parameters, request, set, text};
use crate::keep::store::{Step, Store, all, amend, write};
use crate::keep::{Hold, is_held};
use crate::photo::{Address, Photo, Source};
use crate::words;
use js_sys::{Array, Date, Object};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Event};

/// What is typed is kept after a pause of so many milliseconds.
const PAUSE: u32 = 300;

/// So many are kept that no tab has open, and none for longer than this, in milliseconds: a week.
const MOST: usize = 3;
const STALE: f64 = 7.0 * 86_400_000.0;

/// A page that is reloaded may hold on to what it was at for a moment, in milliseconds.
const MOMENT: u32 = 300;

/// The name by which a tab says that a draft is its own, before the draft's id.
const HELD: &str = "backdrop:draft:";

/// Where a tab remembers its draft: a reload keeps it, and no other page sees it.
const STATE: &str = "backdropDraft";

const BACKGROUNDS: [(Background, &str); 4] = [
    (Background::Describe, "describe"),
    (Background::Reference, "reference"),
    (Background::Colour, "colour"),
    (Background::Both, "both"),
];

/// Brings back what was left, unless `anew`, and keeps the form from now on; of the `usual` one nothing
/// is kept.
pub(super) async fn keep_draft(session: Session, edits: Edits, usual: Form, anew: bool) {
    let (found, own) = find().await;
    let found = found.filter(|_| !anew);
    let id = match &found {
        Some(_) if own => state().unwrap_or_else(new_name),
        // One that was left: it goes on under another name.
        _ => new_name(),
    };
    let held = StoredValue::new_local(Hold::new(&[HELD, &id].concat()));
    on_cleanup(move || held.dispose());
    set_state(&id);
    let is_new = !own;
    if let Some(record) = found {
        let left = text(&record, "id");
        let form = read(session, &record, &usual).await;
        // A person who was quicker has begun anew.
        if untrack(|| Form::of(session)) == usual && !session.arriving.get_untracked() {
            if form != usual {
                // What came back meanwhile stays in view.
                let shown = session.shown.get_untracked();
                untrack(|| session.put(form));
                if shown.is_some() {
                    session.show(shown);
                }
                edits.begin_here();
                let says = session.say(words::DRAFT_BACK).to_owned();
                session.tell(says, &[], true);
            }
            if is_new {
                // Nothing is lost if this fails: it is there twice.
                let fields = keep_all(&id, &untrack(|| Form::of(session)));
                let _ =
                    write(&[Step::Put(Store::Drafts, &fields), Step::Delete(Store::Drafts, &left)])
                        .await;
            }
        }
    }
    follow(session, id, usual);
}

/// The draft of this tab, or else the newest that no tab has open, and whether it is this tab's.
/// Throws away what is old.
async fn find() -> (Option<JsValue>, bool) {
    let Ok(mut drafts) = all(Store::Drafts).await else { return (None, false) };
    drafts.sort_unstable_by(|a, b| number(b, "changed").total_cmp(&number(a, "changed")));
    if let Some(id) = state()
        && let Some(own) = drafts.iter().find(|draft| text(draft, "id") == id)
        && is_free(&id).await
    {
        return (Some(own.clone()), true);
    }
    let mut free = Vec::new();
    for draft in drafts {
        if !is_held(&[HELD, &text(&draft, "id")].concat()).await {
            free.push(draft);
        }
    }
    let now = Date::now();
    for (at, draft) in free.iter().enumerate() {
        if at >= MOST || now - number(draft, "changed") > STALE {
            let _ = write(&[Step::Delete(Store::Drafts, &text(draft, "id"))]).await;
        }
    }
    let newest = free.into_iter().next().filter(|one| now - number(one, "changed") <= STALE);
    (newest, false)
}

/// Whether no other page has it: a tab that was duplicated has the same state.
async fn is_free(id: &str) -> bool {
    let name = [HELD, id].concat();
    if is_held(&name).await {
        let _ = Abort::new(0.0).sleep(MOMENT).await;
    }
    !is_held(&name).await
}

fn history() -> JsValue {
    get(&window(), "history")
}

fn state() -> Option<String> {
    get(&get(&history(), "state"), STATE).as_string()
}

fn set_state(id: &str) {
    let state = Object::new();
    // A page around may have a state of its own.
    let _ = call(
        &get(&js_sys::global(), "Object"),
        "assign",
        &[state.clone().into(), get(&history(), "state")],
    );
    set(&state, STATE, &id.into());
    let _ = call(&history(), "replaceState", &[state.into(), "".into()]);
}

/// A tab's draft.
struct Draft {
    id: String,
    /// The form before anything was changed, of which nothing is kept.
    usual: Form,
    kept: Option<Form>,
    /// Counts the changes, so that only the last of several that come together is kept.
    changes: u32,
}

/// Keeps each change, shortly after it was made.
fn follow(session: Session, id: String, usual: Form) {
    let draft = StoredValue::new_local(Draft { id, usual, kept: None, changes: 0 });
    Effect::new(move |_| {
        Form::of(session);
        let now = draft.try_update_value(|draft| {
            draft.changes += 1;
            draft.changes
        });
        session.spawn(async move {
            let _ = Abort::new(0.0).sleep(PAUSE).await;
            if draft.try_with_value(|draft| draft.changes) == now {
                save(session, draft).await;
            }
        });
    });
    let left = window_event_listener_untyped("pagehide", move |_: Event| {
        session.spawn(save(session, draft));
    });
    on_cleanup(move || left.remove());
}

async fn save(session: Session, draft: StoredValue<Draft, LocalStorage>) {
    let form = untrack(|| Form::of(session));
    let Some((id, before, empty)) = draft.try_update_value(|draft| {
        (draft.id.clone(), draft.kept.replace(form.clone()), draft.usual == form)
    }) else {
        return;
    };
    // Storage that is full or missing takes nothing from who goes on.
    let _ = match before {
        Some(before) if before == form => Ok(()),
        _ if empty => write(&[Step::Delete(Store::Drafts, &id)]).await,
        // The files are written once and not with each word.
        Some(before)
            if before.photo == form.photo
                && before.references == form.references
                && amend(Store::Drafts, &id, &values(&form)).await == Ok(true) =>
        {
            Ok(())
        }
        _ => {
            let kept = write(&[Step::Put(Store::Drafts, &keep_all(&id, &form))]).await;
            if kept.is_err() {
                // Some private windows keep words and no files.
                let words = Form { photo: None, references: Vec::new(), ..form };
                let _ = write(&[Step::Put(Store::Drafts, &keep_all(&id, &words))]).await;
            }
            kept
        }
    };
}

/// All but the pictures.
fn values(form: &Form) -> Object {
    let background = BACKGROUNDS.iter().find(|(one, _)| *one == form.background);
    object([
        ("changed", Date::now().into()),
        ("settings", parameters(&form.settings)),
        ("background", background.map_or("", |(_, name)| *name).into()),
        ("colour", (&form.colour).into()),
        ("count", form.count.into()),
        ("fresh", form.fresh_seed.into()),
        ("clean", form.clean.into()),
    ])
}

fn keep_all(id: &str, form: &Form) -> Object {
    let record = values(form);
    let pictures: Array = form.references.iter().map(picture).collect();
    let photo = form.photo.as_ref().map_or(JsValue::NULL, picture);
    for (name, value) in [("id", id.into()), ("photo", photo), ("references", pictures.into())] {
        set(&record, name, &value);
    }
    record
}

/// The file as it came in, or the address.
fn picture(photo: &Photo) -> JsValue {
    let source = match (&photo.source, photo.file()) {
        (Source::Address(address), _) => address.as_str().into(),
        (Source::File { .. }, Some(file)) => file.into(),
        (Source::File { blob, .. }, None) => blob.into(),
    };
    object([("name", (&photo.name).into()), ("source", source)]).into()
}

/// A form that was kept; what is missing or damaged in it is as usual.
async fn read(session: Session, record: &JsValue, usual: &Form) -> Form {
    let background = text(record, "background");
    let background = BACKGROUNDS.iter().find(|(_, name)| *name == background);
    let clean = get(record, "clean").as_bool().unwrap_or(usual.clean);
    let mut references = Vec::new();
    let kept: Array = get(record, "references").dyn_into().unwrap_or_default();
    for kept in kept.iter() {
        references.extend(picture_of(&kept, clean).await);
    }
    let mut settings = request(&get(record, "settings"));
    for row in &backdrop_contract::PARAMETERS {
        if !untrack(|| session.is_open(row.name)) {
            settings.set(row.name, usual.settings.get(row.name).cloned());
        }
    }
    Form {
        settings,
        background: background.map_or(usual.background, |(one, _)| *one),
        colour: text(record, "colour"),
        count: count(record, "count").clamp(1, 4),
        fresh_seed: get(record, "fresh").is_truthy(),
        clean,
        photo: picture_of(&get(record, "photo"), clean).await,
        references,
    }
}

async fn picture_of(kept: &JsValue, clean: bool) -> Option<Photo> {
    let source = get(kept, "source");
    if let Some(address) = source.as_string() {
        return Address::read(&address).ok().map(Photo::of_address);
    }
    let blob: Blob = source.dyn_into().ok()?;
    Photo::of_blob(&blob, text(kept, "name"), clean).await.ok()
}
