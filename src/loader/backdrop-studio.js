// The script that a page includes: it knows the tag, and brings the rest when there is one.
import { define } from "../element/element.js";
import table from "../element/parameters.js";
import { glue } from "./glue.js";
import { loader } from "./load.js";

define("backdrop-studio", loader(glue), table);
