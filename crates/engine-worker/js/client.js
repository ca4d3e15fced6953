// The page's side of the engine: one worker for all studios on a page, started when it is first asked
// for. Nothing here takes more than a moment of the main thread.
//
//   const { make, missing, warm } = await import("./engine.js");
//
// make(job, { signal, onphase }) answers { blob, width, height, look, preview, previewWidth, memory }, or
// fails with an Error whose `refusal` is a word:
//   "no-simd" "no-worker"   the browser lacks something; `missing()` tells it beforehand
//   "weights"               the network's weights did not arrive, or are not what they should be
//   "too-large" "broken"    about the photo, or the reference
//   "no-subject"            nothing stands out
//   "format"                the browser cannot write the format asked for
//   "fault"                 the module stopped, for instance for want of memory
// or with the signal's reason, at once, when it is aborted.
//
// A job: { photo: Blob, backdrop, original?: boolean, force?: boolean, format?: "jpeg" | "png" | "webp",
//   looks?: { kind: 0 | 1 | 2, box?: [left, top, right, bottom] }, edits?: number[], preview?: boolean }
// A backdrop: { kind: "transparent" } | { kind: "colour", rgb: 0xRRGGBB } | { kind: "words", words, seed }
//   | { kind: "blurred", amount } | { kind: "reference", blob, x, y, blur, matched }
// Looks: 0 twice, 1 once at the whole, 2 inside the box. Edits: see crates/engine-worker/src/edits.rs.
// Phases: "weights" (with done and all, in bytes), "decode", "find", "paint", "compose", "encode".
//
// The subject of the last photo is kept: another backdrop or another correction asks no network.

/** Written by `cargo xtask build`. */
const FILES = { worker: "./worker.js", wasm: "./engine.wasm", weights: "./u2netp.bin", sha256: "" };

/** The shortest module with an instruction of fixed-width vectors. */
const VECTORS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/** The word of a refusal if this browser cannot run the engine, else nothing. */
export function missing() {
  if (!globalThis.WebAssembly?.validate(new Uint8Array(VECTORS))) return "no-simd";
  if (!globalThis.Worker || !globalThis.OffscreenCanvas || !globalThis.createImageBitmap) return "no-worker";
  return undefined;
}

/** @type {Worker | undefined} */
let worker;
/** Jobs that are not done, the first of them at work. */
let jobs = [];
let last = 0;
/** Which photo is which, so that the worker knows one that it has seen. */
const keys = new WeakMap();

function refused(refusal, detail) {
  return Object.assign(new Error(detail ?? refusal), { refusal });
}

/** An address that a worker may be started from, whatever the page's Trusted Types say. */
function script(url) {
  const policy = globalThis.trustedTypes?.createPolicy("backdrop-engine", { createScriptURL: (url) => url });
  return policy ? policy.createScriptURL(url) : url;
}
/** A policy's name can be taken once. */
let address;

function start() {
  const url = new URL(FILES.worker, import.meta.url).href;
  // A worker's script must come from the page's own origin: from another, one line imports it.
  const own = new URL(url).origin === location.origin;
  address ??= script(own ? url : URL.createObjectURL(new Blob([`import ${JSON.stringify(url)};`], { type: "text/javascript" })));
  worker = new Worker(address, { type: "module", name: "backdrop-engine" });
  worker.onmessage = ({ data }) => heard(data);
  worker.onerror = (event) => {
    event.preventDefault();
    stop();
    for (const job of jobs.splice(0)) job.reject(refused("fault", event.message || "the worker did not start"));
  };
  const absolute = (name) => new URL(name, import.meta.url).href;
  const files = { wasm: absolute(FILES.wasm), weights: absolute(FILES.weights), sha256: FILES.sha256 };
  worker.postMessage({ id: 0, files });
}

function stop() {
  worker?.terminate();
  worker = undefined;
}

function heard({ id, phase, done, all, result, refusal, detail }) {
  if (id === 0) {
    if (phase) for (const job of jobs) job.onphase?.(phase, done, all);
    if (refusal) {
      stop();
      for (const job of jobs.splice(0)) job.reject(refused(refusal, detail));
    }
    return;
  }
  const at = jobs.findIndex((job) => job.id === id);
  const job = jobs[at];
  if (!job) return;
  if (phase) return job.onphase?.(phase, done, all);
  jobs.splice(at, 1);
  if (result) return job.resolve(result);
  job.reject(refused(refusal, detail));
  if (refusal === "fault") {
    stop();
    if (jobs.length > 0) again();
  }
}

/** Ends what is at work, and has the others go on in a new worker, which is warm when it is needed. */
function again() {
  stop();
  start();
  for (const { message } of jobs) worker.postMessage(message);
}

/** Fetches and compiles all that is needed, so that the first picture does not wait for it. */
export function warm() {
  if (!worker && !missing()) start();
}

/** Makes a picture. */
export function make(job, { signal, onphase } = {}) {
  return new Promise((resolve, reject) => {
    const lack = missing();
    if (lack) return reject(refused(lack));
    if (signal?.aborted) return reject(signal.reason);
    if (!keys.has(job.photo)) keys.set(job.photo, ++last);
    const id = ++last;
    const message = { id, job: { ...job, key: keys.get(job.photo) } };
    const abort = () => {
      const at = jobs.findIndex((other) => other.id === id);
      if (at < 0) return;
      jobs.splice(at, 1);
      // Nothing stops a module that computes but the end of its worker. Whoever waits loses nothing.
      if (at === 0) again();
      else worker?.postMessage({ id, drop: true });
      reject(signal.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    const settle = (settled) => (value) => {
      signal?.removeEventListener("abort", abort);
      settled(value);
    };
    jobs.push({ id, message, onphase, resolve: settle(resolve), reject: settle(reject) });
    if (!worker) start();
    worker.postMessage(message);
  });
}
