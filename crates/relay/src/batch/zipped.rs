//! A batch's pictures as one zip, written while they are read. What failed is in `failed.json`.

use super::{End, Item, Store, desk, key};
use crate::once::Once;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use http_body_util::BodyExt as _;
use serde_json::{Map, json};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// How many items are looked up at once.
const LOOKED_UP: u32 = 500;

struct Zipping {
    store: Arc<dyn Store>,
    once: Arc<Once>,
    id: String,
    total: u32,
    next: u32,
    items: std::vec::IntoIter<Item>,
    failed: Map<String, serde_json::Value>,
    out: Out,
    zip: Option<ZipWriter<StreamWriter<Out>>>,
    open: Option<Body>,
}

/// What was written and is not sent yet.
#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Out {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

/// The pictures that are there now. It breaks off where one can no longer be read.
pub fn stream(store: Arc<dyn Store>, once: Arc<Once>, id: String, total: u32) -> Response {
    let name = format!("attachment; filename=\"batch-{id}.zip\"");
    let out = Out::default();
    let zip = Some(ZipWriter::new_stream(out.clone()));
    let (items, failed, open) = (Vec::new().into_iter(), Map::new(), None);
    let zipping = Zipping { store, once, id, total, next: 0, items, failed, out, zip, open };
    let pieces = stream::try_unfold(zipping, |mut zipping| async {
        loop {
            let ended = zipping.zip.is_none();
            zipping.step().await?;
            let piece = zipping.out.take();
            if !piece.is_empty() {
                return Ok::<_, io::Error>(Some((piece, zipping)));
            }
            if ended {
                return Ok(None);
            }
        }
    });
    let head =
        [(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, name)];
    (head, Body::from_stream(pieces)).into_response()
}

impl Zipping {
    /// One piece of a picture, the beginning of the next one, or the end.
    async fn step(&mut self) -> io::Result<()> {
        let Some(zip) = &mut self.zip else { return Ok(()) };
        if let Some(body) = &mut self.open {
            match body.frame().await {
                Some(frame) => {
                    let piece = frame.map_err(io::Error::other)?.into_data().unwrap_or_default();
                    zip.write_all(&piece)?;
                }
                None => self.open = None,
            }
            return Ok(());
        }
        let Some(item) = self.items.next() else { return self.more().await };
        match item.end {
            Some(End::Done) => {
                let answer =
                    match self.once.collect(&key(&self.id, item.number, item.again), "").await {
                        Ok(answer) => answer,
                        // No longer kept; the others may be.
                        Err(gone) if gone.status == StatusCode::NOT_FOUND => {
                            let why = json!({ "status": 404, "message": gone.text });
                            self.failed.insert(item.number.to_string(), why);
                            return Ok(());
                        }
                        Err(failed) => return Err(io::Error::other(failed)),
                    };
                let name = format!("{:05}.{}", item.number, extension(answer.headers()));
                zip.start_file(name, options()).map_err(io::Error::other)?;
                self.open = Some(answer.into_body());
            }
            Some(End::Failed(status, text)) => {
                let why = json!({ "status": status, "message": text });
                self.failed.insert(item.number.to_string(), why);
            }
            Some(End::Uncertain(text)) => {
                let why = json!({ "status": 504, "message": text });
                self.failed.insert(item.number.to_string(), why);
            }
            Some(End::Cancelled) => {
                let why = json!({ "status": 409, "message": desk::CANCELLED });
                self.failed.insert(item.number.to_string(), why);
            }
            None => {}
        }
        Ok(())
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.next < self.total {
            let items = self.store.items(&self.id, self.next, LOOKED_UP).await;
            self.items = items.map_err(io::Error::other)?.into_iter();
            self.next += LOOKED_UP;
            return Ok(());
        }
        let Some(mut zip) = self.zip.take() else { return Ok(()) };
        if !self.failed.is_empty() {
            zip.start_file("failed.json", options()).map_err(io::Error::other)?;
            serde_json::to_writer(&mut zip, &self.failed)?;
        }
        zip.finish().map_err(io::Error::other)?;
        Ok(())
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored)
}

fn extension(headers: &HeaderMap) -> &'static str {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    match kind.and_then(|kind| kind.split(';').next()).unwrap_or_default() {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "application/json" => "json",
        _ => "bin",
    }
}
