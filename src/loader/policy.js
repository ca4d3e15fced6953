import { LoadFailure } from "./failure.js";

/** Takes note of what the page's Content-Security-Policy stops, as an error says nothing of it. */
export class Watch {
  #breaches = [];
  #note = (event) => {
    if (event.disposition === "enforce") this.#breaches.push(event);
  };

  constructor() {
    document.addEventListener("securitypolicyviolation", this.#note);
  }

  end() {
    document.removeEventListener("securitypolicyviolation", this.#note);
  }

  /** The failure, if it was the policy that stopped this file. */
  async stopped({ name, url }, error) {
    // A breach is reported in a task of its own, after the error.
    await new Promise((done) => setTimeout(done, 100));
    const breach = this.#breaches.find(
      ({ blockedURI: what }) => what === "wasm-eval" || what === url.href || what === url.origin,
    );
    const compiling = breach?.blockedURI === "wasm-eval" || /unsafe-eval/.test(error?.message);
    if (!breach && !compiling) return;
    const needs = compiling
      ? "'wasm-unsafe-eval' in script-src"
      : `${url.origin} (or 'self') in ${breach.effectiveDirective.replace("-elem", "")}`;
    return new LoadFailure("policy", { file: name, needs });
  }
}
