// The page's service worker: it keeps one version of the page whole, the engine included, and gives it
// where there is no network. What stands in capitals is put in when the page is built.
//
// While there is a network, what has no hash in its name comes from there, so that nobody sits on an
// old page; what has one never changes and comes from here.

const START = "backdrop-page-";
const CACHE = START + VERSION;
/** Where the engine's worker looks for its weights: crates/engine-worker/worker.js. */
const ENGINE = "backdrop-engine";
const HASHED = /-[0-9a-f]{16}\./;
/** After so many milliseconds a network counts as none. */
const PATIENCE = 5000;

const here = (file) => new URL(file, location.href).href;

addEventListener("install", (event) => event.waitUntil(install()));

async function install() {
  const cache = await caches.open(CACHE);
  const request = (file) => new Request(here(file), { cache: HASHED.test(file) ? "default" : "no-cache" });
  await cache.addAll(FILES.map(request));
  // Two megabytes; a person who pays for each says so.
  if (!navigator.connection?.saveData) {
    const engine = await caches.open(ENGINE);
    if (!(await engine.match(here(WEIGHTS)))) await engine.add(here(WEIGHTS));
  }
  // A page of another version says that this one is there.
  for (const page of await clients.matchAll({ type: "window", includeUncontrolled: true })) page.postMessage(VERSION);
}

// Begins when no page of the version before is open.
addEventListener("activate", (event) => event.waitUntil(activate()));

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(START) && name !== CACHE).map((name) => caches.delete(name)));
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.search = url.hash = "";
  // Who forbids what is stored wants to know whether the server is there.
  if (request.method !== "GET" || request.cache === "no-store") return;
  if (HASHED.test(url.pathname)) event.respondWith(kept(request));
  else if (FILES.some((file) => here(file) === url.href)) event.respondWith(fresh(request));
});

const options = { ignoreSearch: true, ignoreVary: true };

async function kept(request) {
  // In any version's cache: a page that is newer than this worker finds its files, too.
  return (await caches.match(request, options)) ?? fetch(request);
}

async function fresh(request) {
  const match = async () => (await caches.open(CACHE)).match(request, options);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    return response.status < 500 ? response : ((await match()) ?? response);
  } catch (error) {
    const response = await match();
    if (response) return response;
    throw error;
  }
}
