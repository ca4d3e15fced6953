//! Whatever comes back becomes a picture, a job to follow, an address, or a failure.

use super::http::{Abort, Arrived, File, decode};
use super::json::json;
use super::picture::{Origin, Picture, PictureSource};
use backdrop_contract::{
    DETAIL_HEADERS, Detail, Details, ENGINE_HEADER, Failure, FailureKind, Format, Job, LOOK_HEADER,
    REPLAYED_HEADER, RESET_HEADER, RETRY_HEADER, Reply, server_time, wanted_wait,
};
use js_sys::Date;
use wasm_bindgen::{JsCast, JsValue};

/// A reply that is no failure.
pub(super) enum Answer {
    Picture(Picture),
    /// The picture lies there.
    At(String, Details),
    Job(Job, Details),
}

/// Reads a reply to its end. The first bytes say what it is; its content type may be wrong.
///
/// # Errors
/// A [`Failure`] with the reply's status and the server's own words.
pub(super) async fn read(response: &Arrived, abort: &Abort) -> Result<Answer, Failure> {
    let mut details = Details::new();
    for (name, detail) in DETAIL_HEADERS {
        detail.tell(&response.header(name).unwrap_or_default(), &mut details);
    }
    let answer = read_body(response, abort, &mut details).await;
    answer.map_err(|failure| Failure {
        status: Some(response.status()),
        details,
        settled: response.header(REPLAYED_HEADER).is_some(),
        wait: wanted(response),
        ..failure
    })
}

async fn read_body(
    response: &Arrived,
    abort: &Abort,
    details: &mut Details,
) -> Result<Answer, Failure> {
    let (ok, status) = (response.ok(), response.status());
    let picture = |file: &File, details: &Details| {
        let (source, size) = PictureSource::of(file)?;
        let details = details.clone();
        Some(Answer::Picture(Picture { source, size, origin: origin(response), details }))
    };
    let cut = || Failure::of_kind(FailureKind::Cut);
    if response.blob().is_none() {
        return Err(cut());
    }
    let is_picture = Format::of(&response.first()).is_some();
    if ok && is_picture {
        return picture(response, details).ok_or_else(cut);
    }
    let value = response.json();
    if value.is_undefined() {
        let words = response.words().filter(|_| !is_picture);
        return Err(Failure::of_status(status, words.as_deref()));
    }
    let mut held = Vec::new();
    let tree = json(&value, &mut held);
    Detail::tell_all(&tree, details);
    let reply = Reply::of(&tree);
    let base64: JsValue = match reply {
        Reply::Url(url) if ok => return Ok(Answer::At(url, std::mem::take(details))),
        Reply::Job(job) if ok => return Ok(Answer::Job(job, std::mem::take(details))),
        Reply::Base64(text) if ok => text.into(),
        Reply::Long(at) if ok => held.swap_remove(at),
        Reply::JobFailed(text) if ok => {
            let failure = Failure::of_status(status, text.as_deref());
            return Err(Failure { kind: FailureKind::JobFailed, ..failure });
        }
        Reply::Error(text) | Reply::JobFailed(Some(text)) => {
            return Err(Failure::of_status(status, Some(&text)));
        }
        _ => return Err(Failure::of_status(status, None)),
    };
    let file: Option<File> = decode(&base64, abort).await.ok().map(JsCast::unchecked_into);
    let file = file.ok_or_else(|| Failure::of_status(status, None))?;
    let kind = match Format::of(&file.first()) {
        Some(_) => FailureKind::Cut,
        None => FailureKind::Unreadable,
    };
    picture(&file, details).ok_or_else(|| Failure::of_kind(kind))
}

fn origin(response: &Arrived) -> Origin {
    match response.header(ENGINE_HEADER) {
        Some(_) => Origin::Engine { look: response.header(LOOK_HEADER) },
        None => Origin::Provider,
    }
}

/// How long the server wants to be left alone, by its own clock where that can be read.
fn wanted(response: &Arrived) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
    let here = || Date::now() as i64;
    let now = response.header("date").as_deref().and_then(server_time).unwrap_or_else(here);
    let (reset, retry) = (response.header(RESET_HEADER), response.header(RETRY_HEADER));
    wanted_wait(reset.as_deref(), retry.as_deref(), now)
}
