import { AGAIN, LOADING } from "../words/loading.js";

// LOOKS are style/host.css and style/loading.css, put in when the page is built.
const sheet = new CSSStyleSheet();
sheet.replaceSync(LOOKS);

/** Stands where the studio will be, in its size, until it is there; with what the page wrote into the tag. */
export class Placeholder {
  #box = make("div");
  #bar = make("progress");

  constructor(root) {
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(this.#box);
    const words = make("p", LOADING);
    words.role = "status";
    this.#bar.ariaLabel = LOADING;
    this.#bar.max = 1;
    this.#box.className = "loading";
    this.#box.tabIndex = -1;
    this.#box.append(words, this.#bar, make("slot"));
  }

  /** Shows how much has come, 0 to 1. */
  arrived = (part) => {
    this.#bar.value = part;
  };

  /** Shows a failure; `again` is called when the person wants to try again. */
  fail({ title, remedy, again: helps }, again) {
    const words = make("div");
    words.role = "alert";
    words.append(make("b", title), make("p", remedy));
    this.#box.replaceChildren(words);
    if (!helps) return;
    const button = make("button", AGAIN);
    button.type = "button";
    button.addEventListener("click", again);
    this.#box.append(button);
  }
}

function make(tag, text = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
