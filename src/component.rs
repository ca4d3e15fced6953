//! The tag for a Leptos app: the same element, with its class and its wasm from this very program.
//!
//! A component of its own could be no form control, which only an element can be.

use crate::element::{Mounted, mount, object, request};
use crate::keep::record::{get, set};
use crate::studio::Theme;
use backdrop_contract::{Dialect, Name, PARAMETERS, Request, Value};
use js_sys::{Array, Function, Object, Reflect};
use leptos::ev::Custom;
use leptos::html::custom;
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, CustomEvent, Element, File, HtmlElement, ShadowRoot};

/// A picture that goes in.
#[derive(Clone, Debug, PartialEq)]
pub enum Image {
    /// A file, or its bytes.
    File(Blob),
    /// An address, or base64.
    Address(String),
}

impl From<Blob> for Image {
    fn from(blob: Blob) -> Self {
        Self::File(blob)
    }
}

impl From<File> for Image {
    fn from(file: File) -> Self {
        Self::File(file.into())
    }
}

impl From<&str> for Image {
    fn from(address: &str) -> Self {
        Self::Address(address.to_owned())
    }
}

impl From<Image> for JsValue {
    fn from(image: Image) -> Self {
        match image {
            Image::File(blob) => blob.into(),
            Image::Address(address) => address.into(),
        }
    }
}

/// How much of a studio is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// The stage and every setting.
    #[default]
    Full,
    /// The stage and the background; the other settings when they are asked for.
    Compact,
    /// A button, which opens the studio and afterwards shows its picture.
    Button,
}

impl Variant {
    fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Compact => "compact",
            Self::Button => "button",
        }
    }
}

/// How far a request is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// As in the event: `reading`, `waiting`, `receiving`, `retrying`, …
    pub phase: String,
    /// Bytes so far, while there are some to count.
    pub received: Option<f64>,
    /// Of so many, where that is known.
    pub total: Option<f64>,
    /// Until it is sent again by itself.
    pub seconds: Option<f64>,
}

/// A picture that came back.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its file; none when it lies at an address that lets pages show it and not read it.
    pub file: Option<File>,
    /// What an `<img>` shows while the studio is there.
    pub url: String,
    /// What was sent, without the pictures.
    pub parameters: Request,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    pub seed: i64,
    /// From the press to the picture.
    pub milliseconds: u32,
    /// Made by the engine and not by the provider.
    pub engine: bool,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudioError {
    /// As in the event: `credits`, `rate-limited`, `cancelled`, …
    pub kind: String,
    /// The HTTP status, if a reply came.
    pub status: Option<u16>,
    /// The server's own words.
    pub text: Option<String>,
    /// A sentence for people.
    pub message: String,
}

/// `<backdrop-studio>`: a photo goes in, a picture on a new background comes out.
///
/// A prop that is not given is the endpoint's default, and each may be a value or a signal. The
/// element is a control of the form that it stands in, under `name`; `docs/embedding.md` tells what
/// else it is. It is 720 pixels high unless the app's style says otherwise.
#[component]
pub fn Studio(
    #[prop(optional, into)] image: MaybeProp<Image, LocalStorage>,
    #[prop(optional, into)] prompt: MaybeProp<String>,
    #[prop(optional, into)] ref_images: MaybeProp<Vec<Image>, LocalStorage>,
    #[prop(optional, into)] negative_prompt: MaybeProp<String>,
    #[prop(optional, into)] seed: MaybeProp<i64>,
    #[prop(optional, into)] fast: MaybeProp<bool>,
    #[prop(optional, into)] refine_prompt: MaybeProp<bool>,
    #[prop(optional, into)] enhance_ref_images: MaybeProp<bool>,
    #[prop(optional, into)] original_quality: MaybeProp<bool>,
    #[prop(optional, into)] force_background_detection: MaybeProp<bool>,
    #[prop(optional, into)] prompt_content_moderation: MaybeProp<bool>,
    #[prop(optional, into)] visual_input_content_moderation: MaybeProp<bool>,
    #[prop(optional, into)] visual_output_content_moderation: MaybeProp<bool>,
    /// Where requests go; the endpoint's path on the app's own site if it is not said.
    #[prop(optional, into)]
    endpoint: MaybeProp<String>,
    /// What is spoken there.
    #[prop(optional, into)]
    dialect: MaybeProp<Dialect>,
    /// Goes to the endpoint and nowhere else.
    #[prop(optional, into)]
    api_key: MaybeProp<String>,
    /// The folder with the sample photos, ending in a slash; without it none are offered.
    #[prop(optional, into)]
    samples: MaybeProp<String>,
    #[prop(optional, into)] theme: MaybeProp<Theme>,
    #[prop(optional, into)] variant: MaybeProp<Variant>,
    /// The language of numbers, and the direction. The words are English: those of other languages
    /// come with the package.
    #[prop(optional, into)]
    lang: MaybeProp<String>,
    /// Parameters that a visitor does not see.
    #[prop(optional, into)]
    hide: MaybeProp<Vec<Name>>,
    /// Parameters that a visitor sees and cannot change.
    #[prop(optional, into)]
    lock: MaybeProp<Vec<Name>>,
    /// Which files may be chosen, as at an `<input type=file>`.
    #[prop(optional, into)]
    accept: MaybeProp<String>,
    /// The largest file in bytes that is sent as it is.
    #[prop(optional, into)]
    max_bytes: MaybeProp<u32>,
    /// How long an answer may take to begin, and each piece of it to follow, in seconds.
    #[prop(optional, into)]
    deadline: MaybeProp<u32>,
    /// The name in a form.
    #[prop(optional, into)]
    name: MaybeProp<String>,
    /// A form is not sent without a picture.
    #[prop(optional, into)]
    required: MaybeProp<bool>,
    #[prop(optional, into)] disabled: MaybeProp<bool>,
    /// The studio is there.
    #[prop(optional, into)]
    on_ready: Option<Callback<()>>,
    /// A person has changed a parameter or a picture; hears the parameters.
    #[prop(optional, into)]
    on_input: Option<Callback<Request>>,
    /// A request is about to go: what it gives back is sent, and none forbids it.
    #[prop(optional, into)]
    on_send: Option<Callback<Request, Option<Request>>>,
    #[prop(optional, into)] on_progress: Option<Callback<Progress>>,
    #[prop(optional, into)] on_result: Option<Callback<Finished>>,
    /// Hears of each failure, and of a request that was stopped.
    #[prop(optional, into)]
    on_error: Option<Callback<StudioError>>,
    /// For the slots `header`, `empty` and `actions`.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    define();
    let text = |value: MaybeProp<String>| of(value, JsValue::from);
    let switch = |value: MaybeProp<bool>| of(value, JsValue::from);
    let number = |value: MaybeProp<u32>| of(value, JsValue::from);
    let names = |value: MaybeProp<Vec<Name>>| of(value, |names: Vec<Name>| listed(&names));
    #[expect(clippy::cast_precision_loss, reason = "31 bits; as i64 it would be a BigInt")]
    let whole = |value: MaybeProp<i64>| of(value, |number| JsValue::from(number as f64));
    let properties: Rc<[(&'static str, Follows)]> = Rc::new([
        // First where photos go: a studio asks at once who answers there.
        ("endpoint", text(endpoint)),
        ("dialect", of(dialect, |dialect| dialect.host().name.into())),
        ("apiKey", text(api_key)),
        ("samples", text(samples)),
        ("theme", of(theme, |theme| theme.name().into())),
        ("variant", of(variant, |variant| variant.name().into())),
        ("lang", text(lang)),
        ("hide", names(hide)),
        ("lock", names(lock)),
        ("accept", text(accept)),
        ("maxBytes", number(max_bytes)),
        ("deadline", number(deadline)),
        ("name", text(name)),
        ("required", switch(required)),
        ("disabled", switch(disabled)),
        ("prompt", text(prompt)),
        ("negativePrompt", text(negative_prompt)),
        ("seed", whole(seed)),
        ("fast", switch(fast)),
        ("refinePrompt", switch(refine_prompt)),
        ("enhanceRefImages", switch(enhance_ref_images)),
        ("originalQuality", switch(original_quality)),
        ("forceBackgroundDetection", switch(force_background_detection)),
        ("promptContentModeration", switch(prompt_content_moderation)),
        ("visualInputContentModeration", switch(visual_input_content_moderation)),
        ("visualOutputContentModeration", switch(visual_output_content_moderation)),
        ("refImages", of(ref_images, list)),
        ("image", of(image, JsValue::from)),
    ]);
    let set_up = move |element: Element| {
        for at in 0..properties.len() {
            let (element, properties) = (element.clone(), properties.clone());
            // Set at once, before the element is on the page, and kept until the component goes.
            StoredValue::new_local(RenderEffect::new(move |was: Option<bool>| {
                let (name, value) = &properties[at];
                let value = value();
                let said = !value.is_undefined();
                if said || was == Some(true) {
                    // The studio's own signals are no business of this effect.
                    let set = untrack(|| Reflect::set(&element, &(*name).into(), &value));
                    if let Err(error) = set {
                        leptos::logging::error!("<Studio {name}>: {error:?}");
                    }
                }
                said
            }));
        }
    };
    let heard = |name: &'static str| Custom::<CustomEvent>::new(name);
    let detail = |event: &CustomEvent| event.detail().unchecked_into::<Object>();
    custom("backdrop-studio")
        .directive(set_up, ())
        .on(heard("backdrop-ready"), move |_| tell(on_ready, || ()))
        .on(heard("backdrop-input"), move |event| {
            tell(on_input, || request(&parameters(&detail(&event))));
        })
        .on(heard("backdrop-send"), move |event| {
            let Some(on_send) = on_send else { return };
            let parameters = parameters(&detail(&event));
            match untrack(|| on_send.run(request(&parameters))) {
                Some(changed) => write(&parameters, &changed),
                None => event.prevent_default(),
            }
        })
        .on(heard("backdrop-progress"), move |event| {
            tell(on_progress, || {
                let detail = detail(&event);
                Progress {
                    phase: string(&detail, "phase").unwrap_or_default(),
                    received: get(&detail, "received").as_f64(),
                    total: get(&detail, "total").as_f64(),
                    seconds: get(&detail, "seconds").as_f64(),
                }
            });
        })
        .on(heard("backdrop-result"), move |event| {
            tell(on_result, || finished(&detail(&event)));
        })
        .on(heard("backdrop-error"), move |event| tell(on_error, || error(&detail(&event))))
        .child(children.map(|children| children()))
}

/// What a property is to be; undefined where nobody says.
type Follows = Box<dyn Fn() -> JsValue>;

fn of<T: 'static>(
    value: impl Get<Value = Option<T>> + 'static,
    into: impl Fn(T) -> JsValue + 'static,
) -> Follows {
    Box::new(move || value.get().map_or(JsValue::UNDEFINED, &into))
}

fn listed(names: &[Name]) -> JsValue {
    names.iter().map(|name| name.wire()).collect::<Vec<_>>().join(" ").into()
}

fn list(images: Vec<Image>) -> JsValue {
    images.into_iter().map(JsValue::from).collect::<Array>().into()
}

/// Outside of every reactive scope: the event may come from within one of the studio's.
fn tell<T: 'static>(callback: Option<Callback<T>>, what: impl FnOnce() -> T) {
    if let Some(callback) = callback {
        untrack(|| callback.run(what()));
    }
}

fn string(object: &Object, name: &str) -> Option<String> {
    get(object, name).as_string()
}

fn parameters(detail: &Object) -> Object {
    get(detail, "parameters").unchecked_into()
}

/// Makes the event's parameters these; its pictures stay.
fn write(parameters: &Object, request: &Request) {
    for row in &PARAMETERS {
        #[expect(clippy::cast_precision_loss, reason = "31 bits; as i64 it would be a BigInt")]
        let value = match request.get(row.name) {
            Some(Value::Text(text)) => text.into(),
            Some(Value::Whole(number)) => (*number as f64).into(),
            Some(Value::Switch(on)) => (*on).into(),
            Some(Value::List(_)) => continue,
            None if matches!(row.name, Name::Image | Name::RefImages) => continue,
            // None is the default.
            None => JsValue::UNDEFINED,
        };
        set(parameters, row.wire, &value);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers that the studio has made; saturates"
)]
fn finished(detail: &Object) -> Finished {
    let metadata: Object = get(detail, "metadata").unchecked_into();
    let number = |name| get(&metadata, name).as_f64().unwrap_or_default();
    Finished {
        file: get(detail, "file").dyn_into().ok(),
        url: string(detail, "url").unwrap_or_default(),
        parameters: request(&parameters(detail)),
        width: number("width") as u32,
        height: number("height") as u32,
        seed: number("seed") as i64,
        milliseconds: number("milliseconds") as u32,
        engine: get(&metadata, "engine").is_truthy(),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an HTTP status")]
fn error(detail: &Object) -> StudioError {
    StudioError {
        kind: string(detail, "kind").unwrap_or_default(),
        status: get(detail, "status").as_f64().map(|status| status as u16),
        text: string(detail, "text"),
        message: string(detail, "message").unwrap_or_default(),
    }
}

#[wasm_bindgen(module = "/src/element/element.js")]
extern "C" {
    #[wasm_bindgen(js_name = define)]
    fn define_tag(tag: &str, load: &JsValue, table: &JsValue);
}

#[wasm_bindgen(module = "/src/element/parameters.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = default)]
    static TABLE: JsValue;
}

/// Makes the tag known to the browser, with the wasm that is here already; again is harmless.
/// [`Studio`] does it by itself.
pub fn define() {
    type Mount = dyn Fn(ShadowRoot, HtmlElement, Object, Object, Function) -> Mounted;
    thread_local! {
        static LOAD: JsValue = {
            let mount = Closure::<Mount>::new(|root: ShadowRoot, place, options: Object, given: Object, tell| {
                mount(&root, place, &options, &given, tell)
            });
            let module: JsValue = object([("mount", mount.into_js_value())]).into();
            Closure::<dyn Fn() -> JsValue>::new(move || module.clone()).into_js_value()
        };
    }
    TABLE.with(|table| LOAD.with(|load| define_tag("backdrop-studio", load, table)));
}
