//! Every picture that came back: how it was made, and under the same id its files.

use super::files::unlike;
use super::kept;
use super::record::{count, get, number, object, set, text, whole};
use super::room::{Shut, ask};
use super::store::{self, Step, Store};
use backdrop_contract::Format;
use js_sys::{Array, JSON, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

/// Where the limit is kept.
const LIMIT: &str = "backdrop:limit";

/// Limits to choose from, in megabytes.
pub const LIMITS: [u32; 5] = [100, 500, 1_000, 2_000, 5_000];

/// In megabytes, where the person has set none.
const USUAL_LIMIT: u32 = 500;

/// The file in a zip that says how its pictures were made.
const LISTING: &str = "backdrop.json";

/// What is kept of a picture, but for its files.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The request's own name.
    pub id: String,
    /// When it came, in milliseconds since 1970.
    pub at: f64,
    /// The photo's name.
    pub name: String,
    pub seed: i64,
    /// From the press to the picture, in milliseconds.
    pub took: u32,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// What both files take.
    pub bytes: f64,
    /// The absolute address that was asked; `device:` for this very device.
    pub endpoint: String,
    /// The parameters, without the pictures.
    pub parameters: JsValue,
    pub maker: Maker,
    /// The look that an engine painted.
    pub look: Option<String>,
    /// What it cost, as the provider told it.
    pub cost: Option<String>,
    pub favourite: bool,
}

/// Who made a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    Provider,
    /// The engine of the site's server.
    Server,
    /// The engine on the person's own machine.
    Here,
}

const MAKERS: [(Maker, &str); 3] =
    [(Maker::Provider, "provider"), (Maker::Server, "server"), (Maker::Here, "here")];

impl Entry {
    /// Reads one; none where it is not one of ours.
    pub fn read(record: &JsValue) -> Option<Self> {
        let maker = text(record, "maker");
        #[expect(clippy::cast_possible_truncation, reason = "written as a whole number")]
        Some(Self {
            id: get(record, "id").as_string()?,
            at: number(record, "at"),
            name: text(record, "name"),
            seed: number(record, "seed") as i64,
            took: count(record, "took"),
            size: (count(record, "width"), count(record, "height")),
            bytes: number(record, "bytes"),
            endpoint: text(record, "endpoint"),
            parameters: Some(get(record, "parameters")).filter(JsValue::is_object)?,
            maker: MAKERS.iter().find(|(_, name)| *name == maker).map_or(Maker::Provider, |m| m.0),
            look: get(record, "look").as_string(),
            cost: get(record, "cost").as_string(),
            favourite: get(record, "favourite").is_truthy(),
        })
    }

    fn record(&self) -> Object {
        #[expect(clippy::cast_precision_loss, reason = "seeds are far below 2^53")]
        let seed = self.seed as f64;
        let maker = MAKERS.iter().find(|(maker, _)| *maker == self.maker).map(|(_, name)| *name);
        object([
            ("id", (&*self.id).into()),
            ("at", self.at.into()),
            ("name", (&*self.name).into()),
            ("seed", seed.into()),
            ("took", self.took.into()),
            ("width", self.size.0.into()),
            ("height", self.size.1.into()),
            ("bytes", self.bytes.into()),
            ("endpoint", (&*self.endpoint).into()),
            ("parameters", self.parameters.clone()),
            ("maker", maker.into()),
            ("look", self.look.as_deref().into()),
            ("cost", self.cost.as_deref().into()),
            ("favourite", self.favourite.into()),
        ])
    }

    /// Keeps it with its picture. Where the disk is full, as many of the oldest go as it needs, once.
    ///
    /// # Errors
    /// [`Shut`] where it cannot be kept.
    pub async fn keep(&self, blob: &Blob) -> Result<(), Shut> {
        let files = object([("id", (&*self.id).into()), ("blob", blob.into())]);
        let record = self.record();
        let steps = [Step::Put(Store::Pictures, &record), Step::Put(Store::Files, &files)];
        match store::write(&steps).await {
            Err(Shut::Full) => {
                let gone = oldest(&list().await?, self.bytes, &self.id);
                if gone.is_empty() {
                    return Err(Shut::Full);
                }
                remove(&gone).await?;
                store::write(&steps).await
            }
            written => written,
        }
    }

    /// In small letters all that a search looks in.
    pub fn haystack(&self) -> JsString {
        let parameters = Object::values(self.parameters.unchecked_ref::<Object>());
        let text = [&*self.name, " ", &self.endpoint, " ", &self.seed.to_string(), " "].concat();
        let words = JsString::from(text).concat(&parameters.join(" "));
        words.concat(&self.look.as_deref().unwrap_or_default().into()).to_lower_case()
    }

    /// The name of a download: after the photo.
    pub fn file_name(&self, blob: &Blob) -> String {
        let stem = crate::photo::Photo::stem_of(&self.name);
        [stem, "-backdrop.", format_of(blob).map_or("bin", Format::extension)].concat()
    }
}

/// What a picture's bytes are, as they were kept.
pub fn format_of(blob: &Blob) -> Option<Format> {
    let kind = blob.type_();
    [Format::Png, Format::Jpeg, Format::Webp].into_iter().find(|format| format.mime() == kind)
}

/// Whether a search finds it: it holds every one of these words, in small letters.
pub fn holds(haystack: &JsString, words: &[String]) -> bool {
    words.iter().all(|word| haystack.includes(word, 0))
}

/// The words of a search.
pub fn words(search: &str) -> Vec<String> {
    let small = |word: &str| String::from(JsString::from(word).to_lower_case());
    search.split_ascii_whitespace().map(small).collect()
}

/// All of them, the newest first.
///
/// # Errors
/// [`Shut::Closed`] where the browser keeps nothing.
pub async fn list() -> Result<Vec<Entry>, Shut> {
    let records = store::all(Store::Pictures).await?;
    let mut entries: Vec<_> = records.iter().filter_map(Entry::read).collect();
    entries.sort_unstable_by(|one, other| other.at.total_cmp(&one.at));
    Ok(entries)
}

/// A kept picture; none where it is not there any more.
pub async fn picture(id: &str) -> Option<Blob> {
    let files = store::get(Store::Files, id).await.ok()??;
    get(&files, "blob").dyn_into().ok()
}

/// Marks a favourite, or no more.
///
/// # Errors
/// [`Shut`] where it cannot be kept.
pub async fn favour(id: &str, favourite: bool) -> Result<(), Shut> {
    store::amend(Store::Pictures, id, &object([("favourite", favourite.into())])).await.map(|_| ())
}

/// What was removed, until nobody wants it back.
#[derive(Clone, Debug)]
pub struct Removed(Vec<(Store, Object)>);

/// Removes these. What is given back can be restored while the page is open.
///
/// # Errors
/// [`Shut::Closed`] where the browser keeps nothing.
pub async fn remove(ids: &[String]) -> Result<Removed, Shut> {
    let mut removed = Vec::new();
    for id in ids {
        for store in [Store::Pictures, Store::Files] {
            if let Some(record) = store::get(store, id).await? {
                removed.push((store, record.unchecked_into()));
            }
        }
    }
    let steps: Vec<_> = ids
        .iter()
        .flat_map(|id| [Step::Delete(Store::Pictures, id), Step::Delete(Store::Files, id)])
        .collect();
    store::write(&steps).await?;
    Ok(Removed(removed))
}

impl Removed {
    /// Puts all of it back.
    ///
    /// # Errors
    /// [`Shut`] where it cannot be kept any more.
    pub async fn restore(&self) -> Result<(), Shut> {
        let steps: Vec<_> =
            self.0.iter().map(|(store, record)| Step::Put(*store, record)).collect();
        store::write(&steps).await
    }
}

/// The most that all pictures together may take, in megabytes.
pub fn limit() -> u32 {
    let entry = kept::all(LIMIT).iter().next();
    let first = |entry: JsValue| whole(&Array::from(&Array::from(&entry).get(1)).get(0));
    match entry.map_or(0, first) {
        0 => USUAL_LIMIT,
        limit => limit,
    }
}

/// Sets [`limit`] and keeps it.
///
/// # Errors
/// As [`remove`].
pub async fn set_limit(megabytes: u32) -> Result<(), Shut> {
    kept::keep(LIMIT, &Array::of1(&megabytes.into()));
    prune("").await
}

/// Once a picture is kept: makes the small one for the list, and keeps the limit.
///
/// # Errors
/// [`Shut`] where that cannot be kept; the list then shows the picture itself.
pub async fn settle(id: &str, blob: &Blob) -> Result<(), Shut> {
    let small = ask("thumbnail", &[blob.into()]).await?;
    let bytes = blob.size() + small.dyn_ref::<Blob>().map_or(0.0, Blob::size);
    store::amend(Store::Files, id, &object([("small", small)])).await?;
    store::amend(Store::Pictures, id, &object([("bytes", bytes.into())])).await?;
    prune(id).await
}

/// Removes what is over the limit, but never this one.
async fn prune(but: &str) -> Result<(), Shut> {
    let all = list().await?;
    let over = taken(&all) - f64::from(limit()) * 1e6;
    let gone = oldest(&all, over, but);
    if !gone.is_empty() {
        remove(&gone).await?;
    }
    Ok(())
}

/// What all of them take, in bytes.
pub fn taken<'a>(all: impl IntoIterator<Item = &'a Entry>) -> f64 {
    all.into_iter().map(|entry| entry.bytes).sum()
}

/// The ids of the oldest that together take at least so many bytes; favourites stay, and so does `but`.
/// `all` is sorted, the newest first.
fn oldest(all: &[Entry], mut bytes: f64, but: &str) -> Vec<String> {
    let mut gone = Vec::new();
    for entry in all.iter().rev().filter(|entry| !entry.favourite && entry.id != but) {
        if bytes <= 0.0 {
            break;
        }
        bytes -= entry.bytes;
        gone.push(entry.id.clone());
    }
    gone
}

/// All of it as a zip: the pictures, and a list in JSON of how they were made.
///
/// # Errors
/// As [`remove`].
pub async fn take_out() -> Result<Blob, Shut> {
    let mut files = Vec::new();
    let records = Array::new();
    for entry in list().await?.iter().rev() {
        if let Some(blob) = picture(&entry.id).await {
            files.push((entry.file_name(&blob), blob));
            records.push(&entry.record());
        }
    }
    let names = unlike(files.iter().map(|(name, _)| &**name));
    for ((record, name), file) in records.iter().zip(&names).zip(&mut files) {
        set(&record, "file", &name.into());
        file.0.clone_from(name);
    }
    let listing = object([("version", 1.into()), ("entries", records.into())]);
    let listing = JSON::stringify(&listing).map_err(|_| Shut::Closed)?;
    let listing = Blob::new_with_str_sequence(&Array::of1(&listing)).map_err(|_| Shut::Closed)?;
    files.insert(0, (LISTING.to_owned(), listing));
    super::zip(&files).await
}

/// Adds what such a zip holds; how many pictures were not here already.
///
/// # Errors
/// [`Shut::Full`] where there is no space, [`Shut::Closed`] for any other file.
pub async fn put_in(zip: &File) -> Result<u32, Shut> {
    let known: Array = list().await?.iter().map(|entry| JsValue::from(&*entry.id)).collect();
    let added = ask("putIn", &[zip.into(), LISTING.into(), known.into()]).await?;
    prune("").await?;
    Ok(whole(&added))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keep::record::parameters;
    use backdrop_contract::{Name, Request, Value};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn entry(at: u32, bytes: f64, favourite: bool) -> Entry {
        let mut request = Request::default();
        request.set(Name::Prompt, Some(Value::Text("On a Beach".into())));
        request.set(Name::Fast, Some(Value::Switch(true)));
        Entry {
            id: at.to_string(),
            at: at.into(),
            name: "Käse.JPG".into(),
            seed: 77,
            took: 1_200,
            size: (640, 480),
            bytes,
            endpoint: "https://a.example/v1/x".into(),
            parameters: parameters(&request),
            maker: Maker::Here,
            look: Some("sunset".into()),
            cost: Some("0.04".into()),
            favourite,
        }
    }

    #[wasm_bindgen_test]
    fn what_is_kept_is_read_again() {
        let kept = entry(5, 9.0, true);
        let read = Entry::read(&kept.record()).unwrap();
        let tell = |one: &Entry| format!("{one:?}");
        assert_eq!(tell(&read).replace("JsValue", ""), tell(&kept).replace("JsValue", ""));
        assert!(Entry::read(&JsValue::NULL).is_none());
        assert!(Entry::read(&object([("id", 1.into())])).is_none());
    }

    #[wasm_bindgen_test]
    fn a_search_looks_for_every_word_wherever_it_stands() {
        let haystack = entry(5, 9.0, true).haystack();
        for (search, found) in [
            ("", true),
            ("  ", true),
            ("KÄSE beach", true),
            ("77", true),
            ("a.example sunset", true),
            ("beach forest", false),
        ] {
            assert_eq!(holds(&haystack, &words(search)), found, "{search}");
        }
    }

    /// Whatever there is: no favourite goes, nothing newer goes before something older, and no more goes
    /// than is needed.
    #[wasm_bindgen_test]
    fn the_oldest_go_first_and_favourites_never() {
        let mut state = 7_u32;
        let mut random = move |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for _ in 0..500 {
            let count = random(12);
            let all: Vec<_> = (0..count)
                .rev()
                .map(|at| entry(at, f64::from(1 + random(9)), random(3) == 0))
                .collect();
            let over = f64::from(random(40)) - 5.0;
            let but = random(12).to_string();
            let gone = oldest(&all, over, &but);
            let may_go: Vec<_> = all.iter().rev().filter(|e| !e.favourite && e.id != but).collect();
            let first: Vec<_> = may_go.iter().take(gone.len()).map(|e| e.id.clone()).collect();
            assert_eq!(gone, first);
            let freed = |count: usize| may_go.iter().take(count).map(|e| e.bytes).sum::<f64>();
            assert!(freed(gone.len()) >= over || gone.len() == may_go.len());
            assert!(gone.is_empty() || freed(gone.len() - 1) < over);
        }
    }
}
