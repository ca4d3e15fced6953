// The element's outside. All that it does is mount and unmount; the inside is Rust.
export function define(tag, mount) {
  if (customElements.get(tag)) return;
  customElements.define(tag, class extends HTMLElement {
    #mounted;

    connectedCallback() {
      if (this.#mounted) return;
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      const place = root.appendChild(document.createElement("div"));
      place.className = "place";
      this.#mounted = mount(this, root, place);
    }

    disconnectedCallback() {
      // Moving an element disconnects and connects it at once: what it holds must survive that.
      queueMicrotask(() => {
        if (this.isConnected || !this.#mounted) return;
        this.#mounted.free();
        this.#mounted = undefined;
        this.shadowRoot.replaceChildren();
      });
    }
  });
}
