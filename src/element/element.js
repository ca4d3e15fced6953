// The element's outside: attributes, properties, events and the form's side of it. The inside is
// Rust, which comes later; until then what was given waits here.

/** Attributes that are no parameters; each has a property. A default tells the type. */
const OPTIONS = {
  endpoint: "", dialect: "", samples: "", theme: "auto", variant: "full", hide: "", lock: "",
  accept: "", "max-bytes": 0, deadline: 0, name: "", required: false, disabled: false,
  "choose-language": false, remember: false,
};
const STATES = ["empty", "busy", "done", "error"];
const MISSING = "Make a picture first: choose a photo, then press the button.";
/** A JPEG, PNG or WEBP file as base64, with or without the start of a data URL. */
const BASE64 = /^(?:data:[^,]*,)?(?=\/9j\/|iVBORw0KGgo|UklGR)/;

/** What went wrong: `kind`, and of a reply its `status` and the server's `text`. */
export class BackdropError extends Error {
  constructor(detail) {
    super(detail.message ?? detail.text ?? detail.kind);
    Object.assign(this, detail, { name: "BackdropError" });
  }
}

const dash = (name) => name.replaceAll("_", "-");
const camel = (name) => dash(name).replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** A picture as the inside takes it: a Blob, or an absolute address. */
function picture(value) {
  if (typeof value != "string") return value;
  const [start] = BASE64.exec(value) ?? [];
  if (start === undefined) return new URL(value, document.baseURI).href;
  const binary = atob(value.slice(start.length));
  return new Blob([Uint8Array.from(binary, (one) => one.charCodeAt(0))]);
}

/**
 * Parameters as the inside takes them: none is the default.
 * @throws {TypeError} which names the field, for an unknown name or a wrong type.
 */
function checked(table, parameters) {
  const wrong = (name, wanted) => { throw new TypeError(`${name}: ${wanted}`); };
  if (Object(parameters) !== parameters) wrong("parameters", "must be an object");
  const isPicture = (value) => value instanceof Blob || (typeof value == "string" && value);
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => {
    if (!Object.hasOwn(table, name)) wrong(name, "no such parameter");
    const byDefault = table[name];
    value ??= byDefault;
    if (byDefault === null) {
      if (value !== null && !isPicture(value)) wrong(name, "must be a File, a Blob, a URL or base64");
    } else if (typeof byDefault == "object") {
      value = [value].flat();
      if (!value.every(isPicture)) wrong(name, "must be a File, a Blob, a URL or base64, or a list of them");
    } else if (typeof value != typeof byDefault || (typeof value == "number" && !Number.isInteger(value))) {
      wrong(name, { string: "must be text", number: "must be a whole number", boolean: "must be true or false" }[typeof byDefault]);
    }
    return [name, Array.isArray(value) ? value.map(picture) : byDefault === null ? picture(value) : value];
  }));
}

/** An attribute's text as a value of its parameter; what it cannot mean is left for the check. */
function read(byDefault, text) {
  switch (typeof byDefault) {
    case "string": return text;
    case "boolean": return { "": true, true: true, false: false }[text] ?? text;
    case "number": return text.trim() ? Number(text) : text;
    default: return byDefault ? text.split(/\s+/).filter(Boolean) : text || null;
  }
}

let defined;

/**
 * Defines the tag, once a page; again is harmless.
 *
 * `table` holds each parameter's default by its wire name (`null` for one picture, `[]` for several).
 * `load(host, again)` is called when the element is first on a page; `again` tries once more. It resolves to `{ mount }` of the wasm
 * module. What it puts into `host.shadowRoot` meanwhile makes room for the studio; a rejection is
 * told as `backdrop-error` of its `kind`, else of kind `load`, and what it has put there stays.
 */
export function define(tag, load, table) {
  if (customElements.get(tag)) {
    if (!defined) console.warn(`<${tag}> is defined already, by another copy of the script: that one stays in use.`);
    return;
  }
  const wires = new Map(Object.keys(table).map((wire) => [dash(wire), wire]));

  class Studio extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = [...wires.keys(), ...Object.keys(OPTIONS), "api-key", "lang", "dir"];

    #internals = this.attachInternals();
    #root = this.attachShadow({ mode: "open" });
    #given = {};
    #apiKey = null;
    #restored;
    #mounted;
    #mounting;
    #waiting = [];
    #blob = null;
    #file = null;
    #off = false;

    constructor() {
      super();
      // Until there is a studio, the element shows what stands in it.
      this.#root.append(document.createElement("slot"));
      this.#internals.role = "group";
      // A label was clicked, or the element itself.
      this.addEventListener("click", (event) => {
        if (event.composedPath()[0] === this) this.focus();
      });
    }

    // On the page and off it.

    connectedCallback() {
      // What was set before there was a class hides the class's own properties.
      for (const name of Object.keys(Studio.prototype)) {
        if (!Object.hasOwn(this, name)) continue;
        const value = this[name];
        delete this[name];
        try { this[name] = value; } catch (error) { console.error(error); }
      }
      this.#refresh("empty");
      this.#speak();
      if (!this.#mounted) this.#mounting ??= this.#mount();
    }

    async #mount() {
      try {
        const { mount } = await load(this, () => {
          if (this.isConnected) this.#mounting ??= this.#mount();
        });
        if (!this.isConnected) return;
        const place = document.createElement("div");
        place.className = "place";
        this.#root.replaceChildren(place);
        const options = { "api-key": this.#apiKey };
        for (const name in OPTIONS) options[name] = this.getAttribute(name);
        this.#mounted = mount(this.#root, place, options, this.#given, (kind, detail) => this.#told(kind, detail));
        this.#speak();
        if (this.#restored) this.#restore(this.#restored);
        this.formDisabledCallback(this.#off);
        this.#refresh();
        this.#fire("ready");
      } catch (error) {
        console.error(error);
        this.#fail({ kind: "load", message: String(error?.message ?? error), ...error });
      } finally {
        this.#mounting = undefined;
      }
    }

    disconnectedCallback() {
      // Moving an element disconnects and connects it at once: what it holds must survive that.
      queueMicrotask(() => {
        if (this.isConnected || !this.#mounted) return;
        this.#mounted.free();
        this.#mounted = undefined;
        this.#root.replaceChildren();
        this.#settle(1, new BackdropError({ kind: "cancelled" }));
        this.#hold(null);
        this.#refresh("empty");
      });
    }

    attributeChangedCallback(name, old, value) {
      if (old === value) return;
      const wire = wires.get(name);
      if (wire) {
        try {
          this.#give({ [wire]: value === null ? null : read(table[wire], value) });
        } catch (error) {
          console.warn(`<${tag} ${name}>: ${error.message}`);
        }
      } else if (name == "api-key") {
        if (value !== null) console.warn(`<${tag} api-key> is not read: a key in a page's source is everybody's. Set the property apiKey.`);
      } else if (name == "lang" || name == "dir" || name == "choose-language") {
        this.#mounted?.set(name, value);
        this.#speak();
      } else {
        this.#mounted?.set(name, value);
        if (name == "required") this.#refresh();
      }
    }

    /** In the nearest language that is said; mirrored where that is written so. */
    #speak() {
      this.#mounted?.speak(this, this.#root.firstElementChild);
    }

    // Properties.

    #give(parameters) {
      const taken = checked(table, parameters);
      for (const name in taken) {
        if ((parameters[name] ?? null) === null) delete this.#given[name];
        else this.#given[name] = taken[name];
      }
      this.#mounted?.give(taken, this.#given);
    }

    /** The parameters as they stand, without the pictures. Setting changes those that are named. */
    get parameters() { return this.#mounted?.parameters ?? { ...this.#given, image: undefined, ref_images: undefined }; }
    set parameters(value) { this.#give(value); }

    get photo() {
      const given = this.#given.image ?? null;
      return this.#mounted ? this.#mounted.photo(given) : given;
    }
    set photo(value) { this.#give({ image: value }); }

    /** Never an attribute: what stands in a page's source is everybody's. It is not given back. */
    get apiKey() { return null; }
    set apiKey(value) {
      this.#apiKey = value || null;
      this.#mounted?.set("api-key", this.#apiKey);
    }

    /** The resulting picture as a File, or null. */
    get value() { return this.#file; }

    // Methods.

    /** Resolves to the detail of `backdrop-result`; rejects with a `BackdropError`. */
    async send() {
      await this.#mounting;
      if (!this.#mounted) throw new BackdropError({ kind: "load", message: "The studio is not on a page." });
      return new Promise((...settle) => {
        this.#waiting.push(settle);
        this.#mounted.send();
      });
    }
    cancel() { this.#mounted?.cancel(); }
    reset() {
      this.#restored = undefined;
      this.#mounted?.reset(this.#given);
    }
    focus(options) {
      const inside = this.#root.querySelector("#open-studio, #photo-file, #prompt, #send");
      if (inside) inside.focus(options);
      else super.focus(options);
    }

    // Events, all of them.

    #fire(kind, detail = {}) {
      const event = new CustomEvent(`backdrop-${kind}`, { detail, bubbles: true, composed: true, cancelable: kind == "send" });
      this.dispatchEvent(event);
      return event;
    }

    /** What the inside tells. Of `send` it learns what to send; nothing, if the page forbids it. */
    #told(kind, detail) {
      switch (kind) {
        case "value":
          this.#hold(detail.blob, detail.name);
          this.#refresh(detail.state);
          return;
        case "send": {
          const event = this.#fire(kind, detail);
          return event.defaultPrevented ? undefined : checked(table, detail.parameters);
        }
        case "result":
          detail.file = this.#made(detail.blob, detail.name);
          delete detail.name;
          this.#settle(0, detail);
          break;
        case "error":
          return this.#fail(detail);
        case "input":
          this.#remember();
          this.#refresh();
      }
      this.#fire(kind, detail);
    }

    #fail(detail) {
      const error = new BackdropError(detail);
      this.#settle(1, error);
      // What keeps a form from being sent is shown in it, and was no failure.
      if (error.kind != "invalid") this.#fire("error", error);
    }

    #settle(how, value) {
      for (const waiting of this.#waiting.splice(0)) waiting[how](value);
    }

    // The form's side.

    #made(blob, name) {
      if (this.#blob !== blob) {
        this.#blob = blob;
        this.#file = blob && new File([blob], name, { type: blob.type });
      }
      return this.#file;
    }

    #hold(blob, name) {
      this.#made(blob ?? null, name);
      this.#remember();
    }

    #remember() {
      const state = new FormData();
      state.set("parameters", JSON.stringify(this.parameters));
      const [photo, ...references] = this.#mounted?.pictures ?? [];
      if (photo) state.set("image", photo);
      for (const one of references) state.append("ref_images", one);
      this.#internals.setFormValue(this.#file, state);
    }

    #refresh(state) {
      const { states } = this.#internals;
      try {
        for (const one of state ? STATES : []) states[one == state ? "add" : "delete"](one);
      } catch { /* A browser of before 2024: it has no such states. */ }
      const missing = this.required && !this.#file;
      // Where the browser takes a person: the focus must be able to go there, and it stays when a photo
      // comes: WebKitGTK's process dies of a bubble whose anchor has gone.
      const anchor = this.#root.querySelector("#open-studio, #send") ?? this.#root.firstElementChild ?? undefined;
      this.#internals.setValidity({ valueMissing: missing }, missing ? this.#mounted?.missing ?? MISSING : "", anchor);
    }

    get type() { return tag; }
    checkValidity() { return this.#internals.checkValidity(); }
    reportValidity() { return this.#internals.reportValidity(); }
    formResetCallback() { this.reset(); }
    formDisabledCallback(off) {
      this.#off = off;
      const { firstElementChild } = this.#root;
      if (firstElementChild) firstElementChild.inert = off;
    }
    formStateRestoreCallback(state) {
      try {
        // Of a file that is on no disk Chromium restores the name alone.
        const there = (name) => state.getAll(name).filter((one) => one.size !== 0);
        const [image] = there("image");
        const ref_images = there("ref_images");
        const restored = checked(table, {
          ...JSON.parse(state.get("parameters")), ...(image && { image }), ...(ref_images[0] && { ref_images }),
        });
        if (this.#mounted) this.#restore(restored);
        else this.#restored = restored;
      } catch { /* Another version's state, or none. */ }
    }
    #restore(parameters) { this.#mounted.give(parameters, parameters); }

    static {
      const property = (name, get, set) => Object.defineProperty(this.prototype, name, { get, set, configurable: true, enumerable: true });
      for (const name of ["form", "labels", "validity", "validationMessage", "willValidate"]) {
        property(name, function () { return this.#internals[name]; });
      }
      for (const wire in table) {
        property(camel(wire), function () {
          return wire == "image" ? this.photo : this.parameters[wire] ?? table[wire];
        }, function (value) {
          this.#give({ [wire]: typeof value == "string" ? read(table[wire], value) : value });
        });
      }
      for (const [name, byDefault] of Object.entries(OPTIONS)) {
        property(camel(name), function () {
          if (byDefault === false) return this.hasAttribute(name);
          const text = this.getAttribute(name) ?? byDefault;
          return byDefault === 0 ? Number(text) : text;
        }, function (value) {
          if (value === null || value === undefined || value === false) this.removeAttribute(name);
          else this.setAttribute(name, value === true ? "" : value);
        });
      }
      for (const name of ["parameters", "photo", "apiKey", "value"]) {
        Object.defineProperty(this.prototype, name, { enumerable: true });
      }
    }
  }
  customElements.define(tag, Studio);
  defined = Studio;
}
