// The engine's files, and a worker that uses them.
import { trusted } from "../photo/redraw.js";

// What stands in capitals is put in when the page is built. The finer network's file lies beside the other
// one where the server has it; by another name than a bundler looks for, as it need not be there.
export const files = () => {
  const weights = [new URL(WEIGHTS_NAME, import.meta.url).href, WEIGHTS_HASH];
  return {
    wasm: [new URL(MODULE_NAME, import.meta.url).href, MODULE_HASH],
    weights,
    finer: [new URL(FINER_NAME, weights[0]).href, FINER_HASH],
  };
};

// Where they come from.
export const engineHost = () => new URL(files().finer[0]).host;

export const FORBIDDEN = "The engine’s worker could not start: the page’s policy forbids it, or its file is not there.";

export async function launch() {
  const [url, integrity] = [new URL(WORKER_NAME, import.meta.url), WORKER_HASH];
  let address = url.href;
  // A worker's script must come from the page's own origin. From another one it is fetched and checked.
  if (url.origin !== location.origin) {
    const script = await fetch(url, { integrity });
    address = URL.createObjectURL(new Blob([await script.blob()], { type: "text/javascript" }));
  }
  try {
    return new Worker(trusted(address), { type: "module" });
  } catch {
    throw new Error(FORBIDDEN);
  }
}
