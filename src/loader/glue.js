import { LoadFailure } from "./failure.js";
import { file } from "./files.js";
import { get } from "./get.js";

/**
 * The module that wasm-bindgen wrote, imported only if it is unchanged.
 *
 * `import()` takes no hash. A module that was preloaded with one is the one that it then finds, and
 * Chromium and Firefox refuse a preload that differs. WebKit does not look at a preload's hash:
 * there the check is the request before it, which the browser answers again from its cache. (A
 * `<script integrity>` would do it everywhere, but a policy with Trusted Types forbids its `src`.)
 */
export async function glue(where, watch) {
  const ours = file(GLUE_NAME, new URL(GLUE_NAME, import.meta.url), GLUE_HASH, where);
  const { type } = await get(ours, watch);
  if (!/javascript|ecmascript/.test(type)) throw new LoadFailure("type", { file: ours.name, type });
  try {
    await preload(ours);
    return await import(ours.url.href);
  } catch (error) {
    // It was there and right a moment ago: either the policy, or a server that changed its mind.
    throw (await watch.stopped(ours, error)) ?? new LoadFailure("integrity", { file: ours.name });
  }
}

function preload({ url, hash }) {
  const link = document.createElement("link");
  const done = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
  });
  link.rel = "modulepreload";
  link.crossOrigin = "anonymous";
  link.integrity = hash;
  link.href = url.href;
  document.head.append(link);
  return done.finally(() => link.remove());
}
