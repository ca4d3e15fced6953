//! The built page and its files.

use crate::finer::Finer;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use std::path::{Path, PathBuf};
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, DefaultServeDirFallback};

/// Where the page comes from.
#[derive(Clone, Debug)]
pub enum Site {
    /// A folder of a built page.
    Folder(PathBuf),
    /// The program itself, as it was built with the feature `page`.
    #[cfg(feature = "page")]
    Built,
}

impl Site {
    /// The folder that was named; else the page inside the program, where there is one; else the
    /// folder that `cargo xtask build` fills.
    #[must_use]
    pub fn new(named: Option<PathBuf>) -> Self {
        match named {
            Some(folder) => Self::Folder(folder),
            #[cfg(feature = "page")]
            None => Self::Built,
            #[cfg(not(feature = "page"))]
            None => Self::Folder("dist".into()),
        }
    }

    /// Where the page should be, if it is not there.
    pub async fn missing(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => {
                let there = tokio::fs::try_exists(folder.join("index.html")).await;
                (!there.unwrap_or(false)).then_some(folder)
            }
            #[cfg(feature = "page")]
            Self::Built => (!crate::built::Built::is_there()).then_some(Path::new("this program")),
        }
    }

    /// Serves it; `/` is `index.html`, and `.br` and `.gz` files beside a file are used. What it does not
    /// have itself may be the `finer` network.
    pub fn router(&self, finer: Finer) -> Router {
        match self {
            Self::Folder(folder) => self.serve(ServeDir::new(folder), finer),
            #[cfg(feature = "page")]
            Self::Built => self.serve(ServeDir::with_backend("", crate::built::Built), finer),
        }
    }

    fn serve<B: Backend>(
        &self,
        files: ServeDir<DefaultServeDirFallback, B>,
        finer: Finer,
    ) -> Router {
        let files = files
            .precompressed_br()
            .precompressed_gzip()
            .fallback(any(missing).with_state((self.clone(), finer)));
        Router::new().fallback_service(files).layer(middleware::from_fn(keep))
    }
}

async fn missing(State((site, finer)): State<(Site, Finer)>, request: Request) -> Response {
    if let Some(found) = finer.reply(request).await {
        return found;
    }
    let text = if site.missing().await.is_none() {
        "There is no such page here.\n"
    } else {
        "The page is not built yet.\n\n\
         Build and serve it with: cargo xtask serve\n\
         Or name the folder of a built page with: --site DIR\n"
    };
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::NOT_FOUND, plain, text).into_response()
}

/// A file with a hash in its name never changes; any other is asked for again each time, which
/// its ETag makes cheap.
async fn keep(request: Request, next: Next) -> Response {
    let hashed = is_hashed(request.uri().path());
    let mut response = next.run(request).await;
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let value = if hashed && found { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    response
}

/// Whether a name holds `-` and the 16 hex digits that Trunk writes, as
/// `studio-95de44c543225020_bg.wasm` does.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split('-').skip(1).any(|part| {
        let (hash, rest) = part.split_at_checked(16).unwrap_or_default();
        let is_hash =
            hash.len() == 16 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_hash && !rest.starts_with(|next: char| next.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_in_names() {
        assert!(is_hashed("/backdrop-studio-95de44c543225020_bg.wasm"));
        assert!(is_hashed("/snippets/a-95de44c543225020.js"));
        assert!(is_hashed("/a-95de44c543225020"));
        for plain in [
            "/",
            "/index.html",
            "/a-95de44c543225020/index.html",
            "/a-95de44c54322502.js",
            "/a-95de44c5432250201.js",
            "/a-95DE44C543225020.js",
            "/95de44c543225020.js",
            "/é-éééééééé.js",
        ] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }
}
