import { Placeholder } from "./placeholder.js";
import { Start } from "./start.js";

/**
 * Makes what the element calls to get its inside: a placeholder at once and, when it is time, the
 * studio. `glue` imports the module that wasm-bindgen wrote.
 *
 * The promise gives `{ mount }`, or rejects with a `LoadFailure`, which is shown in the element by
 * then; `again` is called when somebody wants the element to try once more.
 */
export function loader(glue) {
  // By folder: one attempt for all elements of a page and, if it failed, one more for all of them.
  const starts = new Map();
  let attempt = 0;

  return async (host, again) => {
    const placeholder = new Placeholder(host.shadowRoot);
    if (host.getAttribute("loading") === "lazy") await near(host);
    const base = host.getAttribute("base");
    if (!starts.has(base)) starts.set(base, new Start({ base, attempt: attempt++ }, glue));
    const start = starts.get(base);
    const ignore = start.watch(placeholder.arrived);
    // The words come beside the program: the first that is seen is in the right language.
    const words = start.glue?.then(({ bring }) => bring(host)).catch(() => {});
    try {
      const studio = await start.studio;
      await words;
      return studio;
    } catch (failure) {
      start.waiting.push(again);
      placeholder.fail(failure, () => {
        if (starts.get(base) === start) starts.delete(base);
        for (const one of start.waiting.splice(0)) one();
      });
      throw failure;
    } finally {
      ignore();
    }
  };
}

/** Waits until a visitor is about to see the element. Who holds the element holds the observer. */
function near(host) {
  return new Promise((resolve) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        resolve();
      },
      { rootMargin: "600px" },
    );
    observer.observe(host);
  });
}
