//! How it fails: a status or a broken line, and the server's own words, kept together.

/// A request that brought no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?} (status {status:?}): {}", text.as_deref().unwrap_or("no text"))]
pub struct Failure {
    pub kind: FailureKind,
    /// The HTTP status, if a reply came at all.
    pub status: Option<u16>,
    /// The server's own text, cut to [`Failure::LONGEST_TEXT`] characters; it is shown as text.
    pub text: Option<String>,
}

/// What a failure means to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// 400: a parameter or its format.
    BadRequest,
    /// 401: no key, or a wrong one.
    Key,
    /// 402, and 406 when it speaks of credits.
    Credits,
    /// 403: the key may not do this.
    Forbidden,
    /// 404, 405: not an endpoint.
    NotFound,
    /// 410: the model was retired.
    Retired,
    /// 413.
    TooLarge,
    /// 415: the picture's format or colour mode.
    Unsupported,
    /// 422: a moderation check, or a job that ran and failed.
    Rejected,
    /// 429.
    RateLimited,
    /// 500 and others: a fault of the server's.
    Server,
    /// 408, 502, 503: the line or the service is away for a moment. Nothing was billed.
    Unavailable,
    /// 504: no answer in time. It may have been billed.
    Timeout,
    /// No reply can be read: offline, refused, CORS or TLS. A page cannot tell which.
    Network,
    /// A reply came and holds no picture.
    Unreadable,
    /// The person stopped it.
    Cancelled,
    /// The photo's file can no longer be read: nothing was sent.
    FileGone,
}

impl Failure {
    /// The longest text that is kept of a server's words, in characters.
    pub const LONGEST_TEXT: usize = 600;

    /// A failure by status, with the server's words if it had any.
    #[must_use]
    pub fn of_status(status: u16, text: Option<&str>) -> Self {
        let kind = FailureKind::of_status(status, text.unwrap_or_default());
        Self { kind, status: Some(status), text: text.and_then(tidy) }
    }

    /// A failure without a reply.
    #[must_use]
    pub fn of_kind(kind: FailureKind) -> Self {
        Self { kind, status: None, text: None }
    }
}

impl FailureKind {
    fn of_status(status: u16, text: &str) -> Self {
        match status {
            // Some replies fail with 200 and an error in the body.
            ..=399 => Self::Unreadable,
            401 => Self::Key,
            402 => Self::Credits,
            403 => Self::Forbidden,
            404 | 405 => Self::NotFound,
            406 if text.is_empty() || find(text, "credit").is_some() => Self::Credits,
            408 | 502 | 503 => Self::Unavailable,
            410 => Self::Retired,
            413 => Self::TooLarge,
            415 => Self::Unsupported,
            422 => Self::Rejected,
            429 => Self::RateLimited,
            400..=499 => Self::BadRequest,
            504 => Self::Timeout,
            500.. => Self::Server,
        }
    }
}

/// A body that is no JSON, as text: the title of a page, else the text itself, on one line.
fn tidy(body: &str) -> Option<String> {
    let title = match (find(body, "<title>"), find(body, "</title>")) {
        (Some(start), Some(end)) => body.get(start + "<title>".len()..end),
        _ => None,
    };
    let page = find(body, "<html").or_else(|| find(body, "<body")).is_some();
    let text = title.unwrap_or(if page { "" } else { body });
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then(|| line.chars().take(Failure::LONGEST_TEXT).collect())
}

/// Where some ASCII stands in a text, upper or lower case. The standard library's search would add
/// two kilobytes to the page's first load.
fn find(text: &str, ascii: &str) -> Option<usize> {
    let mut windows = text.as_bytes().windows(ascii.len());
    windows.position(|window| window.eq_ignore_ascii_case(ascii.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_status_of_the_contract_has_its_kind() {
        use FailureKind::*;
        for (status, kind) in [
            (400, BadRequest),
            (401, Key),
            (402, Credits),
            (403, Forbidden),
            (404, NotFound),
            (405, NotFound),
            (408, Unavailable),
            (410, Retired),
            (413, TooLarge),
            (415, Unsupported),
            (422, Rejected),
            (429, RateLimited),
            (500, Server),
            (502, Unavailable),
            (503, Unavailable),
            (504, Timeout),
            (418, BadRequest),
            (599, Server),
            (200, Unreadable),
        ] {
            assert_eq!(Failure::of_status(status, None).kind, kind, "{status}");
        }
    }

    #[test]
    fn status_406_is_told_by_its_text() {
        let kind = |text| Failure::of_status(406, Some(text)).kind;
        assert_eq!(kind("Insufficient Credits"), FailureKind::Credits);
        assert_eq!(kind("invalid content type"), FailureKind::BadRequest);
        assert_eq!(Failure::of_status(406, None).kind, FailureKind::Credits);
    }

    #[test]
    fn a_page_gives_its_title_and_never_its_markup() {
        let page = "<html><head><TITLE>502 Bad\n Gateway</TITLE></head><body><h1>x</h1></body>";
        assert_eq!(Failure::of_status(502, Some(page)).text.unwrap(), "502 Bad Gateway");
        assert_eq!(Failure::of_status(502, Some("<html><body>x</body></html>")).text, None);
        assert_eq!(Failure::of_status(502, Some(" \n ")).text, None);
    }

    proptest! {
        #[test]
        fn any_body_is_kept_short_and_nothing_panics(status: u16, body in ".*") {
            let failure = Failure::of_status(status, Some(&body));
            prop_assert!(failure.text.is_none_or(|t| t.chars().count() <= Failure::LONGEST_TEXT));
        }

        #[test]
        fn titles_anywhere_do_not_panic(a in ".{0,9}", b in ".{0,9}", c in ".{0,9}") {
            for body in [format!("{a}<title>{b}</title>{c}"), format!("{a}</title>{b}<title>{c}")] {
                let _ = Failure::of_status(500, Some(&body));
            }
        }
    }
}
