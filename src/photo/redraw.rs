//! A picture drawn anew, in a worker: in another format, upright, or smaller.

use super::Change;
use backdrop_contract::Format;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

#[wasm_bindgen(module = "/src/photo/redraw.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn size(blob: &Blob) -> Result<JsValue, JsValue>;

    type Task;
    fn redraw(blob: &Blob, clear: bool, bytes: f64, pixels: f64) -> Task;
    #[wasm_bindgen(method, getter)]
    fn picture(this: &Task) -> Promise;
    #[wasm_bindgen(method)]
    fn end(this: &Task);

    type Picture;
    #[wasm_bindgen(method, getter)]
    fn blob(this: &Picture) -> Blob;
    #[wasm_bindgen(method, getter)]
    fn width(this: &Picture) -> u32;
    #[wasm_bindgen(method, getter)]
    fn height(this: &Picture) -> u32;
    #[wasm_bindgen(method, getter)]
    fn smaller(this: &Picture) -> bool;
}

/// What a redrawn picture may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most bytes of the file.
    pub bytes: f64,
    /// The most pixels.
    pub pixels: f64,
}

impl Bounds {
    pub const NONE: Self = Self { bytes: f64::INFINITY, pixels: f64::INFINITY };
}

/// A file that can be sent.
pub(super) struct Ready {
    pub blob: Blob,
    pub format: Format,
    pub size: (u32, u32),
    pub change: Change,
}

/// Ends the worker with whoever waits for it.
struct Running(Task);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Decodes a picture to its end, which an `<img>` does not, and gives its width and height; none
/// where this browser cannot.
pub(super) async fn decoded(blob: &Blob) -> Option<(u32, u32)> {
    let size: Picture = size(blob).await.ok()?.unchecked_into();
    Some((size.width(), size.height()))
}

/// Draws a picture again as it is seen, the first one of an animation; none where this browser
/// cannot decode it. Metadata do not come along, and colours become sRGB. What is transparent stays so
/// with `clear`.
pub(super) async fn drawn(blob: &Blob, clear: bool, bounds: Bounds) -> Option<Ready> {
    let task = Running(redraw(blob, clear, bounds.bytes, bounds.pixels));
    let picture: Picture = JsFuture::from(task.0.picture()).await.ok()?.unchecked_into();
    let blob = picture.blob();
    let png = blob.type_() == Format::Png.mime();
    Some(Ready {
        format: if png { Format::Png } else { Format::Jpeg },
        size: (picture.width(), picture.height()),
        change: Change { smaller: picture.smaller(), ..Change::default() },
        blob,
    })
}
