//! A site that has the tag on a page of its own, with a server that can have its bad days.

use crate::place;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{Method, Response, StatusCode};
use futures_util::stream::{self, StreamExt as _};
use std::collections::HashMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The policy that the tag promises to work under; `connect-src` is for a provider on this machine.
pub const STRICT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' blob: data:; connect-src 'self' http://127.0.0.1:*; \
    form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The element's folder on each site.
pub const FOLDER: &str = "/backdrop/";

/// What can go wrong with a file.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 404.
    Missing,
    /// The right bytes under another type.
    Type(&'static str),
    /// The site's front page in its place, with status 200, as some servers do.
    FrontPage,
    /// One byte more than was built.
    Changed,
    /// The connection ends in the middle.
    CutOff,
    /// Half of it comes, and no more for a long time.
    Hangs,
    /// All is well, after a while.
    Slow(Duration),
    /// Right when it is first asked for, another one afterwards.
    ChangedLater,
}

/// A running site; it ends with this value.
pub struct Site {
    origin: String,
    book: Arc<Book>,
    task: tokio::task::JoinHandle<()>,
}

struct Book {
    files: PathBuf,
    /// Where they lie: [`FOLDER`], or `/`.
    under: &'static str,
    pages: Mutex<HashMap<String, (String, Bytes)>>,
    /// By the end of a file's name.
    faults: Mutex<Vec<(String, Fault)>>,
    asked: Mutex<Vec<String>>,
    posted: Mutex<Vec<Bytes>>,
    policy: Mutex<String>,
    cors: Mutex<bool>,
    cache: Mutex<&'static str>,
}

impl Site {
    /// With the built page's files under [`FOLDER`] and a first page that holds `body`.
    pub async fn start(body: &str) -> Self {
        Self::start_with(&place::site(), body).await
    }

    /// As [`start`](Self::start), with another build's files.
    pub async fn start_with(files: &Path, body: &str) -> Self {
        let site = Self::serving(files, FOLDER).await;
        site.page("/", body);
        site
    }

    /// A folder as it is, under a policy that leaves a bundler's own scripts alone.
    pub async fn of_folder(files: &Path) -> Self {
        let site = Self::serving(files, "/").await;
        let index = std::fs::read(files.join("index.html")).expect("a first page");
        site.file("/", "text/html; charset=utf-8", index);
        let (policy, _trusted_types) = STRICT.split_once("; require-").expect("it has them");
        site.policy(policy);
        site
    }

    async fn serving(files: &Path, under: &'static str) -> Self {
        let book = Arc::new(Book {
            files: files.to_owned(),
            under,
            pages: Mutex::default(),
            faults: Mutex::default(),
            asked: Mutex::default(),
            posted: Mutex::default(),
            policy: Mutex::new(STRICT.into()),
            cors: Mutex::default(),
            cache: Mutex::new("no-store"),
        });
        let app = Router::new().fallback(serve).with_state(book.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let task = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("the site serves");
        });
        Self { origin, book, task }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// A page with the element's script, the site's own style and what listens for breaches.
    pub fn page(&self, path: &str, body: &str) {
        let script = format!("{FOLDER}backdrop-studio.js");
        self.page_with(path, body, &script);
    }

    /// As [`page`](Self::page), with the script from elsewhere.
    pub fn page_with(&self, path: &str, body: &str, script: &str) {
        let html = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>A site</title>\
             <link rel=icon href='data:,'><link rel=stylesheet href=/site.css>\
             <script src=/listen.js></script>\
             <script type=module src='{script}'></script>\n{body}"
        );
        self.file(path, "text/html; charset=utf-8", html);
    }

    /// One more file of the site's own.
    pub fn file(&self, path: &str, kind: &str, content: impl Into<Bytes>) {
        let page = (kind.to_owned(), content.into());
        self.book.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// The name of the module that the script brings.
    pub fn glue(&self) -> String {
        self.file_of("backdrop-studio-", ".js")
    }

    /// The name of the wasm that the script brings.
    pub fn wasm(&self) -> String {
        self.file_of("backdrop-studio-", ".wasm")
    }

    /// The name of the part that comes once the studio stands.
    pub fn part(&self) -> String {
        self.file_of("backdrop-part-", ".wasm")
    }

    /// The name of the module that keeps things in the browser.
    pub fn room(&self) -> String {
        self.file_of("backdrop-room-", ".js")
    }

    fn file_of(&self, start: &str, end: &str) -> String {
        place::file_of(&self.book.files, start, end)
    }

    /// From now on files whose name ends like this have this fault.
    pub fn fault(&self, end: &str, fault: Fault) {
        self.book.faults.lock().unwrap().push((end.to_owned(), fault));
    }

    /// All is well again.
    pub fn heal(&self) {
        self.book.faults.lock().unwrap().clear();
    }

    /// Another Content-Security-Policy than [`STRICT`].
    pub fn policy(&self, policy: &str) {
        policy.clone_into(&mut self.book.policy.lock().unwrap());
    }

    /// Another Cache-Control than `no-store`.
    pub fn cache(&self, control: &'static str) {
        *self.book.cache.lock().unwrap() = control;
    }

    /// Lets pages of other sites read.
    pub fn allow_others(&self) {
        *self.book.cors.lock().unwrap() = true;
    }

    /// The bodies of all forms that were sent, wherever to.
    pub fn posted(&self) -> Vec<Bytes> {
        self.book.posted.lock().unwrap().clone()
    }

    /// How often files whose name ends like this were asked for, and not only about.
    pub fn asked(&self, end: &str) -> usize {
        self.book.asked.lock().unwrap().iter().filter(|path| path.ends_with(end)).count()
    }

    /// How often the script of the engine's worker was asked for.
    pub fn asked_for_engine(&self) -> usize {
        let asked = self.book.asked.lock().unwrap();
        asked.iter().filter(|p| p.contains("backdrop-engine-") && p.ends_with(".js")).count()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

const STYLE: &str = "body { margin: 0; font: 16px sans-serif }";

/// Breaches, errors, and what on the page has jumped, for whoever asks later.
const LISTEN: &str = "
    window.__breaches = [];
    window.__errors = [];
    window.__told = [];
    window.__jumps = [];
    addEventListener('securitypolicyviolation', (event) => window.__breaches.push(
        `${event.effectiveDirective} blocked ${event.blockedURI} in ${event.sourceFile}:${event.lineNumber}`
    ));
    addEventListener('error', (event) => window.__errors.push(event.message));
    addEventListener('unhandledrejection', (event) => window.__errors.push(String(event.reason)));
    for (const kind of ['ready', 'input', 'send', 'progress', 'result', 'error'])
        addEventListener(`backdrop-${kind}`, (event) => window.__told.push({ kind, on: event.target.id, detail: { ...event.detail, message: event.detail?.message } }));
    if (PerformanceObserver.supportedEntryTypes.includes('layout-shift'))
        new PerformanceObserver((list) => { for (const { value, sources } of list.getEntries()) window.__jumps.push([value, ...sources.map(({ node, previousRect: a, currentRect: b }) => `${node?.localName ?? node?.data} .${node?.className}: ${a.x} ${a.y} ${a.width} ${a.height} to ${b.x} ${b.y} ${b.width} ${b.height}`)]); })
            .observe({ type: 'layout-shift', buffered: true });";

async fn serve(State(book): State<Arc<Book>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    if request.method() == Method::POST {
        let body = axum::body::to_bytes(request.into_body(), 64 << 20).await;
        book.posted.lock().unwrap().push(body.expect("a whole form"));
        let response = Response::builder().header(header::CONTENT_TYPE, "text/plain");
        return response.body("It has arrived.".into()).expect("a text");
    }
    if request.method() != Method::HEAD {
        book.asked.lock().unwrap().push(path.clone());
    }
    let own = book.pages.lock().unwrap().get(&path).cloned();
    let own = own.or_else(|| match path.as_str() {
        "/site.css" => Some(("text/css".into(), STYLE.into())),
        "/listen.js" => Some(("text/javascript".into(), LISTEN.into())),
        _ => None,
    });
    let found = own.or_else(|| {
        let name = path.strip_prefix(book.under)?;
        let inside = !name.split('/').any(|part| part == "..");
        let bytes = std::fs::read(book.files.join(name)).ok().filter(|_| inside)?;
        Some((kind_of(name).into(), bytes.into()))
    });
    let fault = {
        let mut faults = book.faults.lock().unwrap();
        let fault = faults.iter_mut().find(|(end, _)| path.ends_with(end.as_str()));
        fault.map(|(_, fault)| match fault {
            Fault::ChangedLater => {
                *fault = Fault::Changed;
                Fault::Slow(Duration::ZERO)
            }
            other => other.clone(),
        })
    };
    let front = book.pages.lock().unwrap().get("/").cloned();
    let mut response = respond(found, fault, front).await;
    let headers = response.headers_mut();
    let policy = book.policy.lock().unwrap().clone();
    let policy = HeaderValue::from_str(&policy).expect("a policy");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let cache = *book.cache.lock().unwrap();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if *book.cors.lock().unwrap() {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    response
}

async fn respond(
    found: Option<(String, Bytes)>,
    fault: Option<Fault>,
    front: Option<(String, Bytes)>,
) -> Response<Body> {
    let answer = |(kind, bytes): (String, Bytes)| {
        Response::builder().header(header::CONTENT_TYPE, kind).body(bytes.into()).expect("a file")
    };
    let Some((kind, bytes)) = found else { return missing() };
    match fault {
        None => answer((kind, bytes)),
        Some(Fault::Missing) => missing(),
        Some(Fault::Type(other)) => answer((other.into(), bytes)),
        Some(Fault::FrontPage) => front.map_or_else(missing, answer),
        Some(Fault::Changed) => answer((kind, [&bytes[..], b"\n"].concat().into())),
        Some(Fault::CutOff) => {
            let half = Ok(bytes.slice(..bytes.len() / 2));
            let parts = [half, Err(std::io::Error::other("the connection breaks"))];
            answer((kind, Bytes::new())).map(|_| Body::from_stream(stream::iter(parts)))
        }
        Some(Fault::Hangs) => {
            let half = stream::iter([Ok::<_, Infallible>(bytes.slice(..bytes.len() / 2))]);
            let body = Body::from_stream(half.chain(stream::pending()));
            let mut answer = answer((kind, Bytes::new())).map(|_| body);
            answer.headers_mut().insert(header::CONTENT_LENGTH, bytes.len().into());
            answer
        }
        Some(Fault::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            answer((kind, bytes))
        }
        Some(Fault::ChangedLater) => unreachable!("it was told apart before"),
    }
}

fn missing() -> Response<Body> {
    let builder = Response::builder().status(StatusCode::NOT_FOUND);
    builder.header(header::CONTENT_TYPE, "text/plain").body("No such page".into()).expect("a text")
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("jpg") => "image/jpeg",
        _ => "application/octet-stream",
    }
}
