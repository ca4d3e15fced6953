//! How it fails: a status or a broken line, and the server's own words, kept together.

use crate::details::Details;
use crate::parameters::{Name, PARAMETERS};

/// A request that brought no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?} (status {status:?}): {}", text.as_deref().unwrap_or("no text"))]
pub struct Failure {
    pub kind: FailureKind,
    /// The HTTP status, if a reply came at all.
    pub status: Option<u16>,
    /// The server's own text, cut to [`Failure::LONGEST_TEXT`] characters; it is shown as text.
    pub text: Option<String>,
    /// What the reply told beside it, such as the request's id.
    pub details: Details,
    /// How long the server wants to be left alone, in milliseconds.
    pub wait: Option<u32>,
    /// A relay had kept this answer: asked again, it gives it again.
    pub settled: bool,
    /// Where the picture lies that could not be fetched: an `http` or `https` address.
    pub place: Option<String>,
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
    /// 404: not an endpoint.
    NotFound,
    /// 405: an address that takes no requests.
    NotEndpoint,
    /// 410: the model was retired.
    Retired,
    /// 413.
    TooLarge,
    /// 415: the picture's format or colour mode.
    Unsupported,
    /// 422: the words did not pass a content check.
    WordsRejected,
    /// 422: a picture that was sent did not pass a content check.
    PhotoRejected,
    /// 422: the finished picture did not pass a content check.
    ResultRejected,
    /// 422: anything else.
    Rejected,
    /// 429.
    RateLimited,
    /// Other statuses of the client's side.
    Refused,
    /// 500 and others: a fault of the server's.
    Server,
    /// 408, 502, 503: the line or the service is away for a moment. Nothing was billed.
    Unavailable,
    /// 504: no answer in time. It may have been billed.
    Timeout,
    /// The browser has no network; nothing was sent.
    Offline,
    /// The server cannot be reached: refused, no such name, TLS, or a network that is gone. A page
    /// cannot tell which.
    Network,
    /// The server is there, and its answer is kept from the page: CORS, or a redirect.
    Blocked,
    /// The server is there, and the connection ended before an answer.
    Lost,
    /// No answer within the deadline of the page's own.
    Deadline,
    /// The answer broke off, or its picture has no end.
    Cut,
    /// A reply came and holds no picture.
    Unreadable,
    /// A job ran and failed.
    JobFailed,
    /// The job is not known any more where it was to be asked about.
    JobGone,
    /// The connection ended earlier, and nobody can say what came of the request.
    Unknowable,
    /// The picture was made and lies where the page can neither read nor show it.
    Elsewhere,
    /// The person stopped it.
    Cancelled,
    /// The photo's file can no longer be read: nothing was sent.
    FileGone,
    /// The device that was to make the picture by itself cannot: nothing was sent.
    Device,
}

impl Failure {
    /// The longest text that is kept of a server's words, in characters.
    pub const LONGEST_TEXT: usize = 600;

    /// A failure by status, with the server's words if it had any.
    #[must_use]
    pub fn of_status(status: u16, text: Option<&str>) -> Self {
        let kind = FailureKind::of_status(status, text.unwrap_or_default());
        Self { status: Some(status), text: text.and_then(tidy), ..Self::of_kind(kind) }
    }

    /// A failure without a reply.
    #[must_use]
    pub fn of_kind(kind: FailureKind) -> Self {
        Self {
            kind,
            status: None,
            text: None,
            details: Details::new(),
            wait: None,
            settled: false,
            place: None,
        }
    }

    /// The parameter that the server's words name, if they name one.
    #[must_use]
    pub fn parameter(&self) -> Option<Name> {
        let text = self.text.as_deref()?;
        // `prompt` stands in the names of others, so the longest that fits is meant.
        let named = PARAMETERS.iter().filter(|row| find_word(text, row.wire));
        named.max_by_key(|row| row.wire.len()).map(|row| row.name)
    }
}

impl FailureKind {
    /// All of them.
    pub const ALL: [Self; 32] = [
        Self::BadRequest,
        Self::Key,
        Self::Credits,
        Self::Forbidden,
        Self::NotFound,
        Self::NotEndpoint,
        Self::Retired,
        Self::TooLarge,
        Self::Unsupported,
        Self::WordsRejected,
        Self::PhotoRejected,
        Self::ResultRejected,
        Self::Rejected,
        Self::RateLimited,
        Self::Refused,
        Self::Server,
        Self::Unavailable,
        Self::Timeout,
        Self::Offline,
        Self::Network,
        Self::Blocked,
        Self::Lost,
        Self::Deadline,
        Self::Cut,
        Self::Unreadable,
        Self::JobFailed,
        Self::JobGone,
        Self::Unknowable,
        Self::Elsewhere,
        Self::Cancelled,
        Self::FileGone,
        Self::Device,
    ];

    fn of_status(status: u16, text: &str) -> Self {
        match status {
            // Some replies fail with 200 and an error in the body.
            ..=399 => Self::Unreadable,
            401 => Self::Key,
            402 => Self::Credits,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::NotEndpoint,
            406 if text.is_empty() || find(text, "credit").is_some() => Self::Credits,
            400 | 406 => Self::BadRequest,
            // 521 to 523 and 525 to 526: a proxy that found no way to the server.
            408 | 502 | 503 | 521..=523 | 525 | 526 => Self::Unavailable,
            410 => Self::Retired,
            413 => Self::TooLarge,
            415 => Self::Unsupported,
            422 => rejected(text),
            429 => Self::RateLimited,
            400..=499 => Self::Refused,
            // 524: a proxy that got no answer in time.
            504 | 524 => Self::Timeout,
            500.. => Self::Server,
        }
    }

    /// Whether the request may have been billed with no picture to show for it, or with one that is
    /// still to come: sent again, it may be paid twice.
    #[must_use]
    pub fn may_be_billed(self) -> bool {
        matches!(
            self,
            Self::Timeout
                | Self::Network
                | Self::Blocked
                | Self::Lost
                | Self::Deadline
                | Self::Cut
                | Self::Unreadable
                | Self::JobFailed
                | Self::JobGone
                | Self::Unknowable
                | Self::Elsewhere
        )
    }

    /// Whether nobody knows what came of the request, so that whoever passed it on may be asked.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Timeout | Self::Network | Self::Lost | Self::Deadline | Self::Cut)
    }
}

/// Which content check said no: each parameter that switches one on names what it looks at.
fn rejected(text: &str) -> FailureKind {
    let says = |word| find(text, word).is_some();
    match () {
        () if !says("moderation") && !says("content") && !says("policy") => FailureKind::Rejected,
        () if says("output") || says("result") || says("generated") => FailureKind::ResultRejected,
        () if says("prompt") => FailureKind::WordsRejected,
        () if says("input") || says("image") || says("visual") => FailureKind::PhotoRejected,
        () => FailureKind::Rejected,
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
    let line: String = line.chars().filter(|c| is_plain(*c)).take(Failure::LONGEST_TEXT).collect();
    (!line.is_empty()).then_some(line)
}

/// Whether a character may be shown: not what a terminal would obey, nor what turns the direction
/// of the words around it.
pub(crate) fn is_plain(c: char) -> bool {
    !matches!(c, '\0'..='\x1F' | '\x7F'..='\u{9F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text names a parameter, as a word of its own.
fn find_word(text: &str, name: &str) -> bool {
    let part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let bytes = text.as_bytes();
    let mut windows = bytes.windows(name.len()).enumerate();
    windows.any(|(at, window)| {
        window.eq_ignore_ascii_case(name.as_bytes())
            && !part(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && !part(bytes.get(at + name.len()))
    })
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
            (405, NotEndpoint),
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
            (418, Refused),
            (421, Refused),
            (522, Unavailable),
            (524, Timeout),
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
    fn a_content_check_is_told_by_its_text() {
        use FailureKind::*;
        for (text, kind) in [
            ("Prompt failed content moderation", WordsRejected),
            ("prompt_content_moderation: flagged", WordsRejected),
            ("visual_input_content_moderation: flagged", PhotoRejected),
            ("Input image failed content moderation", PhotoRejected),
            ("visual_output_content_moderation: flagged", ResultRejected),
            ("No foreground found in the input image", Rejected),
            ("", Rejected),
        ] {
            assert_eq!(Failure::of_status(422, Some(text)).kind, kind, "{text}");
        }
    }

    #[test]
    fn the_parameter_is_found_in_the_words() {
        for (text, name) in [
            ("Invalid value for `prompt`", Some(Name::Prompt)),
            ("negative_prompt: too long", Some(Name::NegativePrompt)),
            ("SEED must be an integer", Some(Name::Seed)),
            ("body.image: field required", Some(Name::Image)),
            ("No imagery, prompts or seeds", None),
            ("", None),
        ] {
            assert_eq!(Failure::of_status(400, Some(text)).parameter(), name, "{text}");
        }
    }

    #[test]
    fn a_page_gives_its_title_and_never_its_markup() {
        let page = "<html><head><TITLE>502 Bad\n Gateway</TITLE></head><body><h1>x</h1></body>";
        assert_eq!(Failure::of_status(502, Some(page)).text.unwrap(), "502 Bad Gateway");
        assert_eq!(Failure::of_status(502, Some("<html><body>x</body></html>")).text, None);
        assert_eq!(Failure::of_status(502, Some(" \n ")).text, None);
        let odd = "\u{202e}gnp.tac\u{202c} \u{7}\u{0}bell\u{1b}[31m";
        assert_eq!(Failure::of_status(400, Some(odd)).text.unwrap(), "gnp.tac bell[31m");
    }

    proptest! {
        #[test]
        fn any_body_is_kept_short_and_nothing_panics(status: u16, body in ".*") {
            let failure = Failure::of_status(status, Some(&body));
            let _ = failure.parameter();
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
