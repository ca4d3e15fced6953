import { LoadFailure } from "./failure.js";
import { file } from "./files.js";
import { get } from "./get.js";
import { Watch } from "./policy.js";

/** One attempt to bring the studio to this page, whatever number of elements wait for it. */
export class Start {
  /** What to call for the next attempt, once this one has failed. */
  waiting = [];
  /** The module that wasm-bindgen wrote, once it is asked for. */
  glue;
  #listeners = new Set();
  #fraction = 0;

  constructor(where, glue) {
    /** Gives `{ mount }`, or rejects with a `LoadFailure`. */
    this.studio = this.#run(where, glue).catch((error) => {
      throw error instanceof LoadFailure ? error : new LoadFailure("start", { cause: error });
    });
  }

  /** Calls `listener` with the part that has arrived, 0 to 1, now and as it grows. */
  watch(listener) {
    this.#listeners.add(listener);
    listener(this.#fraction);
    return () => this.#listeners.delete(listener);
  }

  async #run(where, glue) {
    if (!isModern()) throw new LoadFailure("unsupported");
    const watch = new Watch();
    const wasm = file(WASM_NAME, new URL(WASM_NAME, import.meta.url), WASM_HASH, where);
    try {
      this.glue = glue(where, watch);
    const both = [this.glue, this.#compile(wasm, watch)];
      const [{ initSync, mount }, module] = await Promise.all(both);
      try {
        initSync({ module });
      } catch (error) {
        // WebKit compiles what a policy forbids, and stops it only here.
        throw (await watch.stopped(wasm, error)) ?? error;
      }
      return { mount };
    } finally {
      watch.end();
    }
  }

  async #compile(wasm, watch) {
    const arrived = (size) => {
      this.#fraction = Math.min(size / WASM_SIZE, 1);
      for (const listener of this.#listeners) listener(this.#fraction);
    };
    let streamed;
    const { bytes } = await get(wasm, watch, arrived, (response, type) => {
      // A server that sends another type still sends the right bytes: they are compiled at the end.
      if (type !== "application/wasm") return;
      streamed = WebAssembly.compileStreaming(response);
      // A changed file fails here before it is found to be changed, which is what shall be said.
      streamed.catch(() => {});
    });
    try {
      return await (streamed ?? WebAssembly.compile(bytes));
    } catch (error) {
      throw (await watch.stopped(wasm, error)) ?? new LoadFailure("unsupported");
    }
  }
}

function isModern() {
  return (
    typeof globalThis.WebAssembly?.compileStreaming === "function" &&
    document.createElement("link").relList.supports("modulepreload") &&
    "states" in ElementInternals.prototype
  );
}
