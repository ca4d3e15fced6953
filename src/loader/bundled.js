// The same for a bundler, which makes the module a part of its own output: its hash is not ours
// then, but that of the wasm still is.
import { define } from "../element/element.js";
import table from "../element/parameters.js";
import { loader } from "./load.js";

define("backdrop-studio", loader(() => import(GLUE_NAME)), table);
