// In a file of its own: a strict policy allows no script in the page.
import init from "./backdrop-example-leptos.js";

await init("./backdrop-example-leptos_bg.wasm");
