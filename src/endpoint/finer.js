// The finer network: its file, which a person has brought once into this browser, and the choice to use
// it, which holds for all studios on a page and as long as this browser keeps it.
import { files, launch } from "./engine.js";

const NAME = "backdrop:finer";
// The worker's own: crates/engine-worker/worker.js.
const CACHE = "backdrop-engine";
// What studios are told, and why the file is not here: src/endpoint/finer.rs.
const [OFFERED, COMING, KEPT, USED] = [1, 2, 3, 4];
const [GONE, FORBIDDEN] = [5, 6];

let state = [0, 0, 0, 0]; // which, why, and how many bytes have come of how many
let looking;
// Held as long as the page is there: a WebKit window that leaves no traces forgets a cache that nobody holds.
let cache;
let bringing; // a promise of a worker
let chosen;
const studios = new Set();

function say(...now) {
  state = now;
  for (const tell of studios) tell(...state);
}

// `tell` hears how it is, now and later, until what comes back is called.
export function watchFiner(tell) {
  studios.add(tell);
  tell(...state);
  looking ??= look();
  return () => studios.delete(tell);
}

// The file is asked after where it is not kept, and not fetched.
async function look() {
  try {
    // A host's own build of the component has no engine, and this throws.
    const [address] = files().finer;
    cache = await globalThis.caches?.open(CACHE);
    // Without one each visit would fetch it anew.
    if (!cache) return;
    if (await cache.match(address)) return say(isChosen() ? USED : KEPT, 0, 0, 0);
    const reply = await fetch(address, { method: "HEAD" });
    // Some servers answer every address with their front page.
    const there = reply.ok && !reply.headers.get("content-type")?.includes("html");
    if (there) say(OFFERED, isChosen() ? GONE : 0, 0, 0);
    choose(false);
  } catch {
    looking = undefined;
  }
}

export function isChosen() {
  try {
    chosen ??= localStorage.getItem(NAME) !== null;
  } catch {
    // Without storage it holds for this page.
  }
  return !!chosen;
}

function choose(on) {
  chosen = on;
  try {
    on ? localStorage.setItem(NAME, "1") : localStorage.removeItem(NAME);
  } catch {
    // As above.
  }
}

export function useFiner(on) {
  choose(on);
  say(on ? USED : KEPT, 0, 0, 0);
}

// The worker did not find it.
export function gone() {
  choose(false);
  say(OFFERED, GONE, 0, 0);
}

export async function bringFiner() {
  if (bringing) return;
  say(COMING, 0, 0, 0);
  const mine = (bringing = launch());
  let why = FORBIDDEN;
  try {
    const worker = await mine;
    why = await new Promise((ended) => {
      worker.onerror = () => ended(FORBIDDEN);
      worker.onmessage = ({ data: { why, done, all } }) => {
        if (why !== undefined) ended(why);
        // A hundred times are enough.
        else if (mine === bringing && (done === all || done - state[2] > all / 100)) say(COMING, 0, done, all);
      };
      worker.postMessage({ ...files(), bring: true });
    });
    worker.terminate();
  } catch {
    // Its script did not come.
  }
  if (mine !== bringing) return;
  bringing = undefined;
  if (why) say(OFFERED, why, 0, 0);
  else useFiner(true);
}

export function stopFiner() {
  bringing?.then((worker) => worker.terminate(), () => {});
  bringing = undefined;
  say(OFFERED, 0, 0, 0);
}

export async function removeFiner() {
  choose(false);
  await cache.delete(files().finer[0]).catch(() => {});
  say(OFFERED, 0, 0, 0);
}
