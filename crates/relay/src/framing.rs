//! Where one request ends and the next begins, read more strictly than the HTTP library does.
//!
//! Two programs that disagree about that can be made to see different requests in the same bytes
//! (request smuggling). RFC 9112 leaves a server the choice for most of such shapes; here each is
//! refused. What the library refuses by itself is left to it.

use axum::http::StatusCode;

/// The longest head of a request, in bytes: its first line and all headers.
pub const LONGEST_HEAD: usize = 32 << 10;

/// The longest line before a chunk, its extensions included.
const LONGEST_CHUNK_LINE: usize = 256;

/// Why a request is refused before anything reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    #[error("a line of the request's head ends without a carriage return")]
    BareLineFeed,
    #[error("the request's first line must be METHOD /path HTTP/1.1")]
    FirstLine,
    #[error("a header must be one line of text, as name: value")]
    Header,
    #[error("host: must come once")]
    Host,
    #[error("content-length: must be one number, given once")]
    Length,
    #[error("transfer-encoding: must be chunked, given once, in HTTP/1.1")]
    Encoding,
    #[error("content-length and transfer-encoding must not come together")]
    Both,
    #[error("the request's body is not chunked as it should be")]
    Chunk,
    #[error("the request's head is too large: at most {} KiB", LONGEST_HEAD >> 10)]
    TooLarge,
    #[error("the request's head took too long")]
    Slow,
}

impl Breach {
    /// The status that it is answered with.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// Follows the bytes of one connection.
#[derive(Debug, Default)]
pub struct Framing {
    state: State,
    /// The line that is being read.
    line: Vec<u8>,
    head: Head,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the first line of a request.
    #[default]
    Start,
    Headers,
    /// So many bytes of a body are left.
    Body(u64),
    ChunkLine,
    Chunk(u64),
    /// The line's end after a chunk's data.
    ChunkEnd,
    Trailers,
}

/// What the head said so far.
#[derive(Debug, Default)]
struct Head {
    size: usize,
    is_1_1: bool,
    hosts: usize,
    length: Option<u64>,
    chunked: bool,
}

impl Framing {
    /// Whether a head has begun and not ended.
    #[must_use]
    pub fn in_head(&self) -> bool {
        self.state == State::Headers || (self.state == State::Start && !self.line.is_empty())
    }

    /// Reads on.
    ///
    /// # Errors
    /// The breach, and how many bytes of this piece come before the request, or the chunk, that
    /// it is in.
    pub fn read(&mut self, piece: &[u8]) -> Result<(), (usize, Breach)> {
        let mut at = 0;
        let mut good = 0;
        while at < piece.len() {
            match self.state {
                State::Body(left) => {
                    let passed = left.min((piece.len() - at) as u64);
                    at += passed as usize;
                    self.state = match left - passed {
                        0 => State::Start,
                        left => State::Body(left),
                    };
                    good = at;
                }
                State::Chunk(left) => {
                    let passed = left.min((piece.len() - at) as u64);
                    at += passed as usize;
                    self.state = match left - passed {
                        0 => State::ChunkEnd,
                        left => State::Chunk(left),
                    };
                    good = at;
                }
                _ => {
                    let rest = &piece[at..];
                    let end = rest.iter().position(|byte| *byte == b'\n');
                    let part = &rest[..end.unwrap_or(rest.len())];
                    at += part.len();
                    self.grow(part).map_err(|breach| (good, breach))?;
                    if end.is_some() {
                        at += 1;
                        self.end_line().map_err(|breach| (good, breach))?;
                        if !self.in_head() {
                            good = at;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn grow(&mut self, part: &[u8]) -> Result<(), Breach> {
        self.line.extend_from_slice(part);
        match self.state {
            State::ChunkLine | State::ChunkEnd if self.line.len() > LONGEST_CHUNK_LINE => {
                Err(Breach::Chunk)
            }
            _ if self.head.size + self.line.len() > LONGEST_HEAD => Err(Breach::TooLarge),
            _ => Ok(()),
        }
    }

    fn end_line(&mut self) -> Result<(), Breach> {
        let line = std::mem::take(&mut self.line);
        let in_chunks = matches!(self.state, State::ChunkLine | State::ChunkEnd | State::Trailers);
        let Some(text) = line.strip_suffix(b"\r") else {
            return Err(if in_chunks { Breach::Chunk } else { Breach::BareLineFeed });
        };
        if !in_chunks || self.state == State::Trailers {
            self.head.size += line.len() + 1;
        }
        self.state = match self.state {
            // An empty line before a request is to be ignored.
            State::Start if text.is_empty() => State::Start,
            State::Start => {
                self.head = Head { size: self.head.size, ..Head::default() };
                self.head.is_1_1 = is_1_1(text)?;
                State::Headers
            }
            State::Headers if text.is_empty() => self.after_head()?,
            State::Headers => {
                self.head.take(text)?;
                State::Headers
            }
            State::ChunkLine => match chunk_size(text)? {
                0 => State::Trailers,
                size => State::Chunk(size),
            },
            State::ChunkEnd if text.is_empty() => State::ChunkLine,
            State::ChunkEnd => return Err(Breach::Chunk),
            State::Trailers if text.is_empty() => {
                self.head.size = 0;
                State::Start
            }
            other => other,
        };
        // Its memory serves the next line.
        self.line = line;
        self.line.clear();
        Ok(())
    }

    fn after_head(&mut self) -> Result<State, Breach> {
        let head = std::mem::take(&mut self.head);
        if head.is_1_1 && head.hosts == 0 {
            return Err(Breach::Host);
        }
        match (head.length, head.chunked) {
            (Some(_), true) => Err(Breach::Both),
            (None, true) if !head.is_1_1 => Err(Breach::Encoding),
            (None, true) => Ok(State::ChunkLine),
            (None | Some(0), false) => Ok(State::Start),
            (Some(length), false) => Ok(State::Body(length)),
        }
    }
}

impl Head {
    fn take(&mut self, line: &[u8]) -> Result<(), Breach> {
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Breach::Header)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        // Also a line that begins with a space, which once continued the one before.
        if !is_token(name) || value.iter().any(|byte| is_control(*byte)) {
            return Err(Breach::Header);
        }
        if name.eq_ignore_ascii_case(b"host") {
            self.hosts += 1;
            if self.hosts > 1 {
                return Err(Breach::Host);
            }
        } else if name.eq_ignore_ascii_case(b"content-length") {
            if self.length.is_some() {
                return Err(Breach::Length);
            }
            self.length = Some(number(value, 10).ok_or(Breach::Length)?);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Breach::Encoding);
            }
            self.chunked = true;
        }
        Ok(())
    }
}

/// Whether the first line is one of HTTP/1.1; it may also be HTTP/1.0.
fn is_1_1(line: &[u8]) -> Result<bool, Breach> {
    let mut parts = line.split(|byte| *byte == b' ');
    let (Some(method), Some(path), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Breach::FirstLine);
    };
    match version {
        _ if !is_token(method) || path.is_empty() => Err(Breach::FirstLine),
        b"HTTP/1.1" => Ok(true),
        b"HTTP/1.0" => Ok(false),
        _ => Err(Breach::FirstLine),
    }
}

/// What names and methods are made of (RFC 9110, 5.6.2).
fn is_token(text: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(fits)
}

fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

fn chunk_size(line: &[u8]) -> Result<u64, Breach> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
    number(digits.trim_ascii_end(), 16).ok_or(Breach::Chunk)
}

/// Digits only: neither sign nor space.
fn number(digits: &[u8], radix: u32) -> Option<u64> {
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    digits.iter().try_fold(0u64, |number, digit| {
        let digit = char::from(*digit).to_digit(radix)?;
        number.checked_mul(u64::from(radix))?.checked_add(u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    fn read(bytes: &str) -> Result<(), (usize, Breach)> {
        let whole = Framing::default().read(bytes.as_bytes());
        // In single bytes it must come to the same breach.
        let mut framing = Framing::default();
        let single = bytes.as_bytes().iter().try_for_each(|byte| framing.read(&[*byte]));
        assert_eq!(whole.map_err(|(_, breach)| breach), single.map_err(|(_, breach)| breach));
        whole
    }

    #[test]
    fn what_is_well_formed_passes() {
        for bytes in [
            GET.to_owned(),
            GET.repeat(3),
            format!("\r\n{GET}"),
            "GET / HTTP/1.0\r\n\r\n".into(),
            format!("POST / HTTP/1.1\r\nhost:a\r\nContent-Length: 5\r\n\r\nab\ncd{GET}"),
            format!("POST / HTTP/1.1\r\nhost:a\r\ncontent-length:0\r\n\r\n{GET}"),
            format!(
                "POST / HTTP/1.1\r\nhost:a\r\ntransfer-encoding: Chunked\r\n\r\n\
                 3;a=b\r\na\nb\r\n1\r\n\n\r\n0\r\nx: y\r\n\r\n{GET}"
            ),
        ] {
            assert_eq!(read(&bytes), Ok(()), "{bytes:?}");
        }
    }

    #[test]
    fn each_breach_is_seen_and_where_its_request_begins() {
        let post = |headers: &str| format!("POST / HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
        let chunked = post("transfer-encoding: chunked\r\n");
        for (bytes, breach) in [
            ("GET / HTTP/1.1\nHost: a\n\n".to_owned(), Breach::BareLineFeed),
            ("GET / HTTP/1.1\r\nHost: a\n\r\n".to_owned(), Breach::BareLineFeed),
            ("GET / HTTP/1.1\r\n\r\n".into(), Breach::Host),
            (post("host: a\r\n"), Breach::Host),
            ("PRI * HTTP/2.0\r\n\r\n".into(), Breach::FirstLine),
            ("GET  / HTTP/1.1\r\n".into(), Breach::FirstLine),
            ("GET /\r\n".into(), Breach::FirstLine),
            (" GET / HTTP/1.1\r\n".into(), Breach::FirstLine),
            (post("a: b\r\n c: d\r\n"), Breach::Header),
            (post("content-length : 1\r\n"), Breach::Header),
            (post("a: b\rtransfer-encoding: chunked\r\n"), Breach::Header),
            (post("nothing\r\n"), Breach::Header),
            (post("content-length: 1\r\ncontent-length: 1\r\n"), Breach::Length),
            (post("content-length: 1, 1\r\n"), Breach::Length),
            (post("content-length: +1\r\n"), Breach::Length),
            (post("content-length: -1\r\n"), Breach::Length),
            (post("content-length:\r\n"), Breach::Length),
            (post("content-length: 99999999999999999999\r\n"), Breach::Length),
            (post("content-length: 1\r\ntransfer-encoding: chunked\r\n"), Breach::Both),
            (post("transfer-encoding: chunked\r\ncontent-length: 1\r\n"), Breach::Both),
            (post("transfer-encoding: identity\r\n"), Breach::Encoding),
            (post("transfer-encoding: gzip, chunked\r\n"), Breach::Encoding),
            (post("transfer-encoding: \x0bchunked\r\n"), Breach::Header),
            (post("a: \0\r\n"), Breach::Header),
            (post("(a): b\r\n"), Breach::Header),
            ("G/T / HTTP/1.1\r\n".into(), Breach::FirstLine),
            ("POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n".into(), Breach::Encoding),
            (format!("{chunked}+1\r\n"), Breach::Chunk),
            (format!("{chunked}0x1\r\n"), Breach::Chunk),
            (format!("{chunked}1\na\r\n"), Breach::Chunk),
            (format!("{chunked}1\r\nab\r\n"), Breach::Chunk),
            (format!("{chunked}11111111111111111\r\n"), Breach::Chunk),
            (format!("{chunked}1;{}\r\n", "a".repeat(300)), Breach::Chunk),
            (post(&format!("a: {}\r\n", "b".repeat(LONGEST_HEAD))), Breach::TooLarge),
            (post(&"a: b\r\n".repeat(LONGEST_HEAD / 4)), Breach::TooLarge),
        ] {
            let second = format!("{GET}{bytes}");
            let (at, seen) = read(&second).unwrap_err();
            assert_eq!(seen, breach, "{bytes:?}");
            assert!(at >= GET.len(), "{bytes:?}");
            if breach != Breach::Chunk {
                assert_eq!(at, GET.len(), "{bytes:?}");
            }
        }
    }

    #[test]
    fn a_head_is_known_while_it_lasts() {
        let mut framing = Framing::default();
        assert!(!framing.in_head());
        for (piece, in_head) in
            [("G", true), ("ET / HTTP/1.1\r\n", true), ("host: a\r\n", true), ("\r\n", false)]
        {
            framing.read(piece.as_bytes()).unwrap();
            assert_eq!(framing.in_head(), in_head, "{piece:?}");
        }
    }
}
