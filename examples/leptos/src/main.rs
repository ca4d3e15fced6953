//! The studio in a Leptos app: the app's own field sets the scene, which the studio then does not
//! show; a callback adds the shop's style, another brings the picture. The form posts it.

use backdrop_studio::contract::{Name, Request, Value};
use backdrop_studio::{Finished, Progress, Studio, StudioError, Theme};
use leptos::prelude::*;

// An expression, as Leptos makes static elements by `innerHTML`, which Trusted Types forbid.
const ORDER: &str = "Order";

fn main() {
    mount_to_body(PhotoBooth);
}

#[component]
fn PhotoBooth() -> impl IntoView {
    let scene = RwSignal::new("On a marble counter".to_owned());
    let terms = RwSignal::new(false);
    let here = RwSignal::new(true);
    let said = RwSignal::new("No picture yet.".to_owned());
    let progress = RwSignal::new(String::new());
    let in_our_style = move |mut request: Request| {
        if !terms.get_untracked() {
            said.set("Please accept the terms first.".to_owned());
            return None;
        }
        let prompt = format!("{}, in our style", request.text(Name::Prompt).unwrap_or_default());
        request.set(Name::Prompt, Some(Value::Text(prompt)));
        Some(request)
    };
    let show = move |made: Finished| {
        let prompt = made.parameters.text(Name::Prompt).unwrap_or_default();
        let name = made.file.map(|file| file.name()).unwrap_or_default();
        said.set(format!("{name}, {} × {}: {prompt}", made.width, made.height));
    };
    let explain = move |error: StudioError| {
        if error.kind != "cancelled" {
            said.set(error.message);
        }
    };
    let follow = move |now: Progress| progress.update(|all| *all = format!("{all} {}", now.phase));
    view! {
        <form method="post" action="/order" enctype="multipart/form-data">
            <label>"Scene " <input id="scene" bind:value=scene /></label>
            <label><input id="terms" type="checkbox" bind:checked=terms /> " I accept the terms"</label>
            <Show when=move || here.get()>
                <Studio
                    name="picture"
                    required=true
                    prompt=scene
                    seed=7
                    theme=Theme::Light
                    hide=vec![Name::Prompt]
                    lock=vec![Name::Seed]
                    on_ready=move |()| said.set("Ready.".to_owned())
                    on_input=move |_| said.set("A photo has come.".to_owned())
                    on_send=in_our_style
                    on_progress=follow
                    on_result=show
                    on_error=explain
                />
            </Show>
            <p id="said">{said}</p>
            <p id="progress">{progress}</p>
            <button id="order">{ORDER}</button>
            <button id="away" type="button" on:click=move |_| here.update(|here| *here = !*here)>
                "Away with it"
            </button>
        </form>
    }
}
