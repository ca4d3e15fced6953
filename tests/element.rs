//! The tag in a real browser, seen from outside: what a page that uses it can see.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test; the lint's own exception sees only #[test]")]

use backdrop_contract::{Kind, PARAMETERS, Value};
use backdrop_studio::{Mounted, mount};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, ShadowRoot};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/src/element/element.js")]
extern "C" {
    #[wasm_bindgen(js_name = define)]
    fn define_element(tag: &str, load: &JsValue, table: &Object);
}

/// Defines the tag as the loader does, with the wasm that is here already.
fn define() {
    let table = Object::new();
    for row in &PARAMETERS {
        let default = match row.default_value() {
            Some(Value::Text(text)) => text.into(),
            Some(Value::Whole(number)) => (number as f64).into(),
            Some(Value::Switch(on)) => on.into(),
            _ if matches!(row.kind, Kind::Images { .. }) => Array::new().into(),
            _ => JsValue::NULL,
        };
        Reflect::set(&table, &row.wire.into(), &default).unwrap();
    }
    type Mount = dyn Fn(ShadowRoot, HtmlElement, Object, Object, Function) -> Mounted;
    let mount =
        Closure::<Mount>::new(|root: ShadowRoot, place, options: Object, given: Object, tell| {
            mount(&root, place, &options, &given, tell)
        });
    let module = Object::new();
    Reflect::set(&module, &"mount".into(), &mount.into_js_value()).unwrap();
    let load = Closure::<dyn Fn() -> JsValue>::new(move || module.clone().into());
    define_element("backdrop-studio", &load.into_js_value(), &table);
}

/// A studio on the page; what the browser does by itself has been done.
async fn studio() -> Element {
    define();
    define();
    let document = web_sys::window().unwrap().document().unwrap();
    let studio = document.create_element("backdrop-studio").unwrap();
    document.body().unwrap().append_child(&studio).unwrap();
    mounted().await;
    studio
}

/// Clicks, and lets the views follow.
async fn press(studio: &Element, id: &str) {
    let element = inside(studio).get_element_by_id(id).unwrap();
    element.dyn_into::<HtmlElement>().unwrap().click();
    turn().await;
    turn().await;
}

/// The class waits for the wasm first, even where it is here.
async fn mounted() {
    for _ in 0..4 {
        turn().await;
    }
}

async fn turn() {
    JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL)).await.unwrap();
}

fn inside(studio: &Element) -> ShadowRoot {
    studio.shadow_root().unwrap()
}

/// Watches which listeners are taken off the window.
///
/// The JavaScript of these tests is text and no module: the runner's server stalls now and then
/// when a page asks it for more modules than a few.
struct Listeners(Array);

impl Listeners {
    fn watch() -> Self {
        let watch = Function::new_no_args(
            "const removed = [];
             const remove = window.removeEventListener;
             window.removeEventListener = function (type, ...rest) {
               removed.push(type);
               return remove.call(this, type, ...rest);
             };
             return removed;",
        );
        Self(watch.call0(&JsValue::NULL).unwrap().unchecked_into())
    }

    fn removed(&self) -> Vec<String> {
        self.0.iter().filter_map(|kind| kind.as_string()).collect()
    }
}

/// A property as the browser has worked it out.
fn computed(element: &Element, property: &str) -> String {
    let body = "return getComputedStyle(element).getPropertyValue(property)";
    let computed = Function::new_with_args("element, property", body);
    computed.call2(&JsValue::NULL, element, &property.into()).unwrap().as_string().unwrap()
}

#[wasm_bindgen_test]
async fn what_a_page_hands_down_does_not_reach_in() {
    let studio = studio().await;
    let host: &HtmlElement = studio.unchecked_ref();
    host.style().set_property("letter-spacing", "7px").unwrap();
    host.style().set_property("text-transform", "uppercase").unwrap();
    let legend = inside(&studio).query_selector("small").unwrap().unwrap();
    assert_eq!(computed(&studio, "letter-spacing"), "7px");
    assert_eq!(computed(&legend, "letter-spacing"), "normal");
    assert_eq!(computed(&legend, "text-transform"), "none");
    studio.remove();
}

#[wasm_bindgen_test]
async fn every_parameter_of_the_table_can_be_found_in_the_form() {
    let studio = studio().await;
    let root = inside(&studio);
    for parameter in &PARAMETERS {
        // The reference picture is shown once the person chooses that way.
        if parameter.wire != "ref_images" {
            assert!(root.get_element_by_id(parameter.wire).is_some(), "{}", parameter.wire);
        }
    }
    press(&studio, "background-reference").await;
    assert!(root.get_element_by_id("ref_images").is_some());
    studio.remove();
}

#[wasm_bindgen_test]
async fn a_move_keeps_the_studio_and_a_removal_ends_it() {
    let studio = studio().await;
    let first = inside(&studio).get_element_by_id("send").unwrap();
    web_sys::window().unwrap().document().unwrap().body().unwrap().append_child(&studio).unwrap();
    turn().await;
    assert_eq!(inside(&studio).get_element_by_id("send"), Some(first.clone()));
    let body = studio.parent_element().unwrap();
    let listeners = Listeners::watch();
    studio.remove();
    turn().await;
    assert_eq!(inside(&studio).child_element_count(), 0);
    // Taken off by the Rust side, when what the studio owns is dropped.
    assert_eq!(listeners.removed(), ["paste"]);
    body.append_child(&studio).unwrap();
    mounted().await;
    let second = inside(&studio).get_element_by_id("send");
    assert!(second.is_some() && second != Some(first));
    studio.remove();
}

#[wasm_bindgen_test]
async fn two_studios_have_one_style_sheet_and_nothing_else_in_common() {
    let (one, two) = (studio().await, studio().await);
    let prompt = |studio: &Element| {
        let area = inside(studio).get_element_by_id("prompt").unwrap();
        area.unchecked_into::<web_sys::HtmlTextAreaElement>()
    };
    prompt(&one).set_value("On a beach");
    prompt(&one).dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    // To the colours and back: the fields are made anew from what the studio holds.
    for studio in [&one, &two] {
        press(studio, "background-colour").await;
        press(studio, "background-describe").await;
    }
    assert_eq!(prompt(&one).value(), "On a beach");
    assert_eq!(prompt(&two).value(), "In a parking lot");
    let sheet = |studio: &Element| inside(studio).adopted_style_sheets().get(0);
    assert!(Object::is(&sheet(&one), &sheet(&two)));
    one.remove();
    two.remove();
}
