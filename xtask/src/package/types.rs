//! The package's types: `index.d.ts`, and what React and Vue need to know of the tag.

use super::api::{self, Item};
use backdrop_contract::PARAMETERS;
use std::fmt::Write as _;

/// Everything that a page can do with the tag.
pub fn index() -> String {
    let mut text = String::from(
        "// Made from the description of the tag in xtask/src/package/api.rs.\n\n\
         /** What is sent to the endpoint, by the names on the wire. */\n\
         export interface BackdropParameters {\n",
    );
    for parameter in &PARAMETERS {
        let (words, kind) = (api::words_for(parameter), api::kind(parameter));
        let _ = writeln!(text, "  /** {words} */\n  {}: {kind};", parameter.wire);
    }
    text.push_str(RESULT);
    text.push_str("export class BackdropStudioElement extends HTMLElement {\n");
    for attribute in api::attributes().iter().filter(|one| !one.property.is_empty()) {
        let _ = writeln!(text, "  /** {} */", attribute.text);
        let _ = writeln!(text, "  {}: {};", attribute.property, attribute.kind);
    }
    for Item { name, kind, text: words } in &api::PROPERTIES {
        let (read_only, kind) =
            kind.strip_prefix("readonly ").map_or(("", *kind), |kind| ("readonly ", kind));
        let _ = writeln!(text, "  /** {words} */\n  {read_only}{name}: {kind};");
    }
    for Item { name, kind, text: words } in &api::METHODS {
        let _ = writeln!(text, "  /** {words} */\n  {name}{kind};");
    }
    text.push_str(LISTENERS);
    text.push_str("export interface BackdropEventMap {\n");
    for Item { name, kind, text: words } in &api::EVENTS {
        let _ = writeln!(text, "  /** {words} */\n  \"{name}\": CustomEvent<{kind}>;");
    }
    text.push_str("}\n\n/** The tag’s attributes, as a template takes them. */\n");
    text.push_str("export interface BackdropAttributes {\n");
    for attribute in api::attributes() {
        let _ = writeln!(text, "  /** {} */", attribute.text);
        let kind = match attribute.kind.as_str() {
            "boolean" => "boolean | \"\" | \"true\" | \"false\"",
            "number" => "number | string",
            kind if kind.starts_with('"') => kind,
            _ => "string",
        };
        let _ = writeln!(text, "  \"{}\"?: {kind};", attribute.name);
    }
    text.push_str(GLOBAL);
    text
}

const RESULT: &str = "}

/** A picture that has come. */
export interface BackdropResult {
  blob: Blob;
  file: File;
  /** What was sent, without the pictures. */
  parameters: Partial<BackdropParameters>;
  metadata: {
    width: number;
    height: number;
    /** Such as `image/png`. */
    type: string;
    seed: number;
    milliseconds: number;
    /** Made by the engine and not by the provider. */
    engine: boolean;
    /** The painted look that the words have chosen, where the engine made it. */
    look?: string | null;
  };
}

/** What went wrong. */
export interface BackdropError extends Error {
  /** Such as `credits`, `rate-limited`, `cancelled`; `load` when the studio could not come. */
  kind: string;
  /** The HTTP status, if a reply came. */
  status?: number | null;
  /** The server’s own words. */
  text?: string | null;
  /** Of kind `invalid`: the parameter that keeps the form from being sent. */
  parameter?: keyof BackdropParameters;
  /** Of kind `load`. */
  reason?: \"file\" | \"network\" | \"missing\" | \"type\" | \"cors\" | \"policy\" | \"integrity\" | \"unsupported\" | \"start\";
  /** Of kind `load`: the file that did not come. */
  file?: string;
}

/** The tag `<backdrop-studio>`. */
";

const LISTENERS: &str = "  addEventListener<K extends keyof BackdropEventMap>(
    type: K,
    listener: (this: BackdropStudioElement, event: BackdropEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof BackdropEventMap>(
    type: K,
    listener: (this: BackdropStudioElement, event: BackdropEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The tag’s events; all bubble and are composed. */
";

const GLOBAL: &str = "}

declare global {
  interface HTMLElementTagNameMap {
    \"backdrop-studio\": BackdropStudioElement;
  }
}
";

/// For `import \"backdrop-studio/react\"`.
pub fn react() -> String {
    let mut text = String::from(
        "import type { DetailedHTMLProps, HTMLAttributes } from \"react\";\n\
         import type { BackdropAttributes, BackdropEventMap, BackdropStudioElement } from \"./index.js\";\n\n\
         export * from \"./index.js\";\n\n\
         /** React hands strings and numbers on as attributes, everything else as properties. */\n\
         type Properties = Partial<\n  Omit<BackdropStudioElement, keyof HTMLElement | keyof BackdropAttributes>\n>;\n\n\
         type Listeners = {\n  [K in keyof BackdropEventMap as `on${K}`]?: (event: BackdropEventMap[K]) => void;\n};\n\n",
    );
    text.push_str(
        "declare module \"react\" {\n  namespace JSX {\n    interface IntrinsicElements {\n      \
         \"backdrop-studio\": Omit<\n        DetailedHTMLProps<HTMLAttributes<BackdropStudioElement>, BackdropStudioElement>,\n        \
         keyof BackdropAttributes | keyof Properties\n      > &\n        BackdropAttributes &\n        Properties &\n        Listeners;\n    }\n  }\n}\n",
    );
    text
}

/// For `import \"backdrop-studio/vue\"`.
pub fn vue() -> String {
    "import type { DefineComponent } from \"vue\";\n\
     import type { BackdropAttributes, BackdropEventMap, BackdropStudioElement } from \"./index.js\";\n\n\
     export * from \"./index.js\";\n\n\
     type Listeners = {\n  [K in keyof BackdropEventMap as `on${Capitalize<K>}`]?: (event: BackdropEventMap[K]) => void;\n};\n\n\
     declare module \"vue\" {\n  interface GlobalComponents {\n    \
     \"backdrop-studio\": DefineComponent<\n      BackdropAttributes &\n        Partial<Omit<BackdropStudioElement, keyof HTMLElement | keyof BackdropAttributes>> &\n        Listeners\n    >;\n  }\n}\n"
        .into()
}
