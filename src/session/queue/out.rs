//! All pictures of a queue in one file, with a table of what each was made with.

use super::Queue;
use super::item::{Entry, Item, Stage};
use crate::endpoint::PictureSource;
use crate::keep::{ask, csv, zip};
use crate::photo::Photo;
use crate::words;
use backdrop_contract::{Detail, Kind, Name, PARAMETERS, Request, Value};
use backdrop_queue::{State, file_names};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// The table's name in the zip.
const TABLE: &str = "settings.csv";

/// What stands over the table before and after the parameters. Programs read it, so it is the same in
/// every language.
const BEFORE: [&str; 4] = ["photo", "file", "outcome", "seconds"];
const AFTER: [&str; 7] =
    ["width", "height", "cost", "request_id", "endpoint", "failure_status", "failure"];

impl Queue {
    /// Saves all pictures that are there as one zip.
    pub fn download(self) {
        let session = self.session;
        session.said.set(session.say(words::ZIPPING).into());
        session.spawn(async move {
            let (rows, mut files) = self.rows();
            let saved = async {
                files.push((TABLE.to_owned(), csv(&rows).await?));
                let blob = zip(&files).await?;
                ask("save", &[blob.into(), words::ZIP_NAME.into()]).await
            };
            match saved.await {
                Ok(_) => {
                    session.said.set(session.say(words::ZIPPED).into());
                }
                Err(_) => session.notice.set(session.say(words::NO_ZIP).into()),
            }
        });
    }

    /// The table, and the files with their names.
    fn rows(self) -> (Vec<Vec<JsValue>>, Vec<(String, Blob)>) {
        let entries: Vec<(Item, Entry)> = self
            .items
            .get_untracked()
            .into_iter()
            .map(|item| (item, item.entry.get_untracked()))
            .collect();
        let made: Vec<(String, String, &str, &Blob)> = entries
            .iter()
            .filter_map(|(_, entry)| {
                let outcome = entry.outcome.as_ref()?;
                let PictureSource::File { blob, format, .. } = &outcome.picture.source else {
                    return None;
                };
                let stem = Photo::stem_of(&outcome.name).to_owned();
                Some((stem, background(&outcome.request), format.extension(), blob))
            })
            .collect();
        let given: Vec<_> = made
            .iter()
            .map(|(stem, background, ending, _)| (stem.as_str(), background.as_str(), *ending))
            .collect();
        let names = file_names(&given);
        let files: Vec<_> =
            names.iter().cloned().zip(made.iter().map(|(.., blob)| (*blob).clone())).collect();
        let mut names = names.into_iter();
        let parameters = || PARAMETERS.iter().filter(|row| !is_picture(row.kind));
        let head = BEFORE.into_iter().chain(parameters().map(|row| row.wire)).chain(AFTER);
        let mut rows: Vec<Vec<JsValue>> = vec![head.map(JsValue::from).collect()];
        for (item, entry) in &entries {
            let is_file = entry.outcome.as_ref().is_some_and(|made| made.picture.blob().is_some());
            let file = is_file.then(|| names.next()).flatten();
            rows.push(row(
                *item,
                entry,
                file,
                &parameters().map(|row| row.name).collect::<Vec<_>>(),
            ));
        }
        (rows, files)
    }
}

fn row(item: Item, entry: &Entry, file: Option<String>, parameters: &[Name]) -> Vec<JsValue> {
    let outcome = entry.outcome.as_ref();
    let picture = outcome.map(|outcome| &outcome.picture);
    let sent = entry.sent.as_ref();
    let request = outcome.map(|outcome| &outcome.request).or(sent.map(|sent| &sent.request));
    let told = |detail| -> JsValue {
        let told =
            picture.and_then(|picture| picture.details.iter().find(|(one, _)| *one == detail));
        told.map(|(_, text)| text.clone()).into()
    };
    let failure = entry.failure.as_ref();
    let why = match (&entry.stage, failure) {
        (Stage::NotTaken(why), _) => Some(why.clone()),
        (_, Some(failure)) => {
            let title = words::failure(failure.kind, false).title.to_owned();
            Some(match &failure.text {
                Some(text) => [&*title, ": ", text].concat(),
                None => title,
            })
        }
        _ => None,
    };
    let seconds = outcome.map(|outcome| f64::from(outcome.took) / 1e3).filter(|time| *time > 0.0);
    let mut row: Vec<JsValue> = vec![
        item.name.get_value().into(),
        file.into(),
        outcome_of(&entry.stage).into(),
        seconds.into(),
    ];
    row.extend(parameters.iter().map(|name| {
        // What holds, also where it is the usual.
        match request.and_then(|request| request.effective(*name)) {
            Some(Value::Text(text)) => text.into(),
            #[expect(clippy::cast_precision_loss, reason = "31 bits")]
            Some(Value::Whole(number)) => JsValue::from(number as f64),
            Some(Value::Switch(on)) => on.into(),
            _ => JsValue::UNDEFINED,
        }
    }));
    row.extend([
        picture.map(|picture| picture.size.0).into(),
        picture.map(|picture| picture.size.1).into(),
        told(Detail::Cost),
        told(Detail::RequestId),
        sent.map(|sent| sent.endpoint.clone()).into(),
        failure.and_then(|failure| failure.status).into(),
        why.into(),
    ]);
    row
}

/// A word for programs.
fn outcome_of(stage: &Stage) -> &'static str {
    match stage {
        Stage::Arriving => "reading",
        Stage::NotTaken(_) => "not taken",
        Stage::TooLarge(_) => "too large",
        Stage::At(State::Waiting) => "waiting",
        Stage::At(State::Reading | State::Sending | State::Answering | State::Away) => "under way",
        Stage::At(State::Done) => "done",
        Stage::At(State::Failed) => "failed",
        Stage::At(State::Unsure) => "unknown",
        Stage::At(State::Cancelled) => "cancelled",
    }
}

fn is_picture(kind: Kind) -> bool {
    matches!(kind, Kind::Image | Kind::Images { .. })
}

/// What a file is called after: a colour by its name where it has one, else the prompt's first words.
fn background(request: &Request) -> String {
    let prompt = request.text(Name::Prompt).unwrap_or_default();
    let swatch = words::SWATCHES.iter().find(|(colour, _)| *colour == prompt);
    swatch.map_or(prompt, |(_, name)| *name).to_owned()
}
