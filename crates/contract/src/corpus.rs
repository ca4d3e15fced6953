//! Every bad reply of `tests/replies` through the reader, as the page reads it.

use crate::{Failure, FailureKind, Format, Json, Reply};
use std::fs;
use std::path::Path;

/// A file's first line is a status and the failure it is, its second the content type; the body
/// comes after an empty line.
fn replies() -> Vec<(String, u16, String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/replies");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let file = fs::read(&path).unwrap();
            let end = file.windows(2).position(|pair| pair == b"\n\n").unwrap();
            let head = std::str::from_utf8(&file[..end]).unwrap();
            let (status, kind) = head.lines().next().unwrap().split_once(' ').unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, status.parse().unwrap(), kind.to_owned(), file[end + 2..].to_vec())
        })
        .collect()
}

fn read(status: u16, body: &[u8]) -> Result<Reply, FailureKind> {
    let ok = (200..300).contains(&status);
    if let Some(format) = Format::of(body).filter(|_| ok) {
        let last = &body[body.len().saturating_sub(Format::END)..];
        assert!(
            !format.is_whole(body, last, body.len() as u64) || !can_be_decoded(body),
            "a good picture is no bad reply"
        );
        return Err(FailureKind::Cut);
    }
    let text = String::from_utf8_lossy(body);
    let failure = |text: Option<&str>| {
        let failure = Failure::of_status(status, text);
        assert!(failure.text.is_none_or(|text| text.chars().count() <= Failure::LONGEST_TEXT));
        Err(failure.kind)
    };
    match serde_json::from_str::<serde_json::Value>(&text).map(|json| Reply::of(&Json::from(json)))
    {
        Err(_) => failure(Some(&text)),
        Ok(Reply::JobFailed(_)) if ok => Err(FailureKind::JobFailed),
        Ok(Reply::Error(text) | Reply::JobFailed(Some(text))) => failure(Some(&text)),
        Ok(reply @ (Reply::Base64(_) | Reply::Long(_) | Reply::Url(_) | Reply::Job(_))) if ok => {
            Ok(reply)
        }
        Ok(_) => failure(None),
    }
}

/// None of those in the corpus that have an end can be, as they are no more than a header.
fn can_be_decoded(body: &[u8]) -> bool {
    body.len() > 64
}

#[test]
fn each_bad_reply_is_the_failure_it_is() {
    let replies = replies();
    assert!(replies.len() >= 60, "{}", replies.len());
    for (name, status, kind, body) in replies {
        match read(status, &body) {
            Err(found) => assert_eq!(format!("{found:?}"), kind, "{name}"),
            // What is not base64 of a picture, or cannot be asked, only the browser finds out.
            Ok(Reply::Base64(text)) => {
                assert!(["Unreadable", "Cut"].contains(&kind.as_str()), "{name}: {text}");
            }
            Ok(Reply::Job(job)) => {
                let place = job.poll.unwrap_or_default();
                assert!(!crate::is_url(&place), "{name} can be followed to {place}");
            }
            Ok(reply) => panic!("{name} is taken for {reply:?}"),
        }
    }
}
