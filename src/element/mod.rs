//! The tag `<backdrop-studio>`: what its class calls. The class is JavaScript, because only that can
//! extend `HTMLElement`, and because it is there before the wasm is: see `element.js`.

mod host;
mod progress;
mod told;

use crate::endpoint::Connection;
use crate::photo::Photo;
use crate::session::{DEADLINE, Rules, Session, Slot};
use crate::studio::{Looks, Theme, adopt, studio};
use crate::words;
use backdrop_contract::{Dialect, Name};
use host::Host;
use js_sys::{Array, Function, Object};
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
pub(crate) use told::{object, request};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};

/// The tag's name, for what is told on the console.
const TAG: &str = "backdrop-studio";

/// A studio on a page; freeing it ends everything it started.
#[wasm_bindgen]
pub struct Mounted {
    owner: Owner,
    session: Session,
    looks: Looks,
    site: RefCell<Site>,
    host: Rc<Host>,
    // The handle's type names the whole view; nobody needs to know it.
    handle: Option<Box<dyn Any>>,
}

/// Where the host page says that photos go.
#[derive(Default)]
struct Site {
    endpoint: Option<String>,
    dialect: Option<String>,
    key: Option<String>,
}

impl Site {
    /// Whether the attribute says where photos go, and now says something else.
    fn set(&mut self, name: &str, value: Option<String>) -> bool {
        let place = match name {
            "endpoint" => &mut self.endpoint,
            "dialect" => &mut self.dialect,
            "api-key" => &mut self.key,
            _ => return false,
        };
        let changed = *place != value;
        *place = value;
        changed
    }

    /// A key without an endpoint is the provider's. One that cannot be used is told, and not used.
    fn connection(&self) -> Connection {
        let endpoint = self.endpoint.clone();
        let site = endpoint.map_or_else(Connection::usual, Connection::through_site);
        let site = site.speaking(self.dialect());
        let Some(key) = &self.key else { return site };
        let address = match &self.endpoint {
            Some(_) => site.url().map(|url| url.href()).unwrap_or_default(),
            None => self.dialect().address(),
        };
        match Connection::with_key(&address, key) {
            Ok(connection) => connection.speaking(self.dialect()),
            Err(error) => {
                leptos::logging::warn!("<{TAG}> apiKey: {}", words::no_connection(error));
                site
            }
        }
    }

    fn dialect(&self) -> Dialect {
        let name = self.dialect.as_deref().unwrap_or_default();
        Dialect::of(name).unwrap_or_else(|| {
            if !name.is_empty() {
                leptos::logging::warn!("<{TAG} dialect>: {name}: no such dialect");
            }
            Dialect::default()
        })
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Said, not left to the last reference: a request that runs holds one of its own.
        self.owner.cleanup();
        self.handle.take();
    }
}

/// Puts a studio into `place`, a `div` in a shadow root. `options` holds the attributes that are no
/// parameters, `given` the parameters and pictures; `tell` hears what happens.
#[wasm_bindgen]
#[must_use]
pub fn mount(
    root: &ShadowRoot,
    place: HtmlElement,
    options: &Object,
    given: &Object,
    tell: Function,
) -> Mounted {
    adopt(root);
    // The session starts tasks before the view does. Set already: by another studio.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let options: Vec<_> = Object::entries(options)
        .iter()
        .filter_map(|option| {
            let option: Array = option.unchecked_into();
            Some((option.get(0).as_string()?, option.get(1)))
        })
        .collect();
    // First where photos go: a session asks at once who answers there.
    let mut site = Site::default();
    for (name, value) in &options {
        site.set(name, value.as_string());
    }
    let (session, looks, host) = owner.with(|| {
        let session = Session::new(site.connection());
        (session, Looks::new(), Host::new(session, tell))
    });
    let site = RefCell::new(site);
    let mut mounted = Mounted { owner, session, looks, site, host, handle: None };
    for (name, value) in &options {
        mounted.set(name, value);
    }
    mounted.speak(root.host().unchecked_ref(), &place);
    mounted.give(given, given);
    let handle = mounted.owner.with(|| mount_to(place, move || studio(session, looks)));
    mounted.handle = Some(Box::new(handle));
    mounted.host.follow(&mounted.owner);
    mounted
}

#[wasm_bindgen]
impl Mounted {
    /// Sets one of the attributes that are no parameters.
    pub fn set(&self, name: &str, value: &JsValue) {
        let value = value.as_string();
        let text = value.clone().unwrap_or_default();
        let mark = |mark: for<'a> fn(&mut Rules, &'a str) -> Option<&'a str>| {
            let unknown = self.session.rules.try_update(|rules| mark(rules, &text)).flatten();
            if let Some(unknown) = unknown {
                leptos::logging::warn!("<{TAG} {name}>: {unknown}: no such parameter");
            }
        };
        match name {
            "choose-language" => self.looks.seen.update(|seen| seen.languages = value.is_some()),
            "remember" => self.session.remembers.set(value.is_some()),
            "theme" => self.looks.seen.update(|seen| seen.theme = Theme::of(&text)),
            "variant" => self.looks.set_variant(&text),
            "samples" => self.looks.seen.update(|seen| seen.samples = value),
            "hide" => mark(Rules::hide),
            "lock" => mark(Rules::lock),
            "accept" => self.session.rules.update(|rules| rules.accept = text),
            "max-bytes" => {
                let most = text.parse().ok().filter(|most| *most > 0);
                self.session.intake.update(|intake| intake.max_bytes = most);
            }
            "deadline" => {
                let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
                self.session.deadline.set(seconds.unwrap_or(DEADLINE));
            }
            _ => {
                let mut site = self.site.borrow_mut();
                if site.set(name, value) {
                    let connection = site.connection();
                    drop(site);
                    self.session.set_site(connection);
                }
            }
        }
    }

    /// Speaks the language that is said around, in `place`, which holds the studio.
    pub fn speak(&self, host: &HtmlElement, place: &HtmlElement) {
        self.session.language.follow(host, place);
    }

    /// What is missing while there is no picture, for a form that wants one.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn missing(&self) -> String {
        self.session.say(words::PICTURE_MISSING).to_owned()
    }

    /// Takes parameters and pictures; `all` is everything that the page has given so far.
    pub fn give(&self, changes: &Object, all: &Object) {
        let has = |object: &Object, name: Name| Object::has_own(object, &name.wire().into());
        for slot in [Slot::Photo, Slot::Reference] {
            if has(changes, slot.name()) {
                let picture = told::value(changes, slot.name());
                match picture.dyn_ref::<Array>() {
                    Some(list) => self.session.give_references(list),
                    None => self.session.give_picture(slot, &picture),
                }
            }
        }
        self.session.give(&request(changes));
        if has(changes, Name::Prompt) || has(changes, Name::RefImages) {
            let references: Array = told::value(all, Name::RefImages).unchecked_into();
            let reference = has(all, Name::RefImages) && references.length() > 0;
            self.session.choose_background(has(all, Name::Prompt), reference);
        }
        // What the page itself says is no news to it.
        self.host.heard();
    }

    /// The parameters as they would be sent, without the pictures.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn parameters(&self) -> JsValue {
        told::parameters(&untrack(|| self.session.request()))
    }

    /// The photo: a `Blob`, an address, or `null`. What the page has `given` comes back as it was.
    #[must_use]
    pub fn photo(&self, given: &JsValue) -> JsValue {
        match self.session.photo.get_untracked() {
            Some(photo) if photo.file().is_some_and(|file| Object::is(file, given)) => {
                given.clone()
            }
            photo => told::photo(photo.as_ref()),
        }
    }

    /// The photo and then the references, each as the file that it came in if it came in one.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn pictures(&self) -> Array {
        let of = |photo: &Photo| match photo.file() {
            Some(file) => file.into(),
            None => told::photo(Some(photo)),
        };
        let photo = self.session.photo.with_untracked(|photo| photo.as_ref().map(of));
        let pictures = Array::of1(&photo.unwrap_or_default());
        self.session.references.with_untracked(|all| {
            for reference in all {
                pictures.push(&of(reference));
            }
        });
        pictures
    }

    /// Sends the form; what comes of it is told.
    pub fn send(&self) {
        if let Err(name) = self.session.send() {
            self.host.invalid(name);
        }
    }

    pub fn cancel(&self) {
        self.session.cancel();
    }

    /// Back to the start, which is what the page gave.
    pub fn reset(&self, all: &Object) {
        self.session.reset();
        self.give(all, all);
    }
}
