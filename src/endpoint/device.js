// This device answers: one worker for all studios on a page, started when it is first asked for. The
// request is the endpoint's own, and so is the answer; no byte of either leaves the device.
import { FORBIDDEN, files, launch } from "./engine.js";
import { gone, isChosen } from "./finer.js";
import { open } from "./http.js";

// The shortest module with an instruction of fixed-width vectors.
const VECTORS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

let worker; // a promise of it
let chosen; // whether it was to take the finer network
let jobs = []; // not done yet; the first is at work
let last = 0;

// Brings an answer as `exchange` does. `tell` hears how many bytes of the engine have come, of how
// many. `mask` are the corrections of the cut-out, see src/session/cutout.rs. Throws what is wrong with
// the device, as a sentence.
export async function device(body, abort, tell, mask) {
  if (!globalThis.WebAssembly?.validate(new Uint8Array(VECTORS))) {
    throw new Error("This browser lacks WebAssembly’s vector instructions (simd128), which the engine is made of: a newer browser has them.");
  }
  if (!globalThis.OffscreenCanvas) throw new Error("This browser has no OffscreenCanvas, in which the engine draws: a newer browser has one.");
  const { status, headers, blob } = await new Promise((done, failed) => {
    const job = { id: ++last, body, mask, done, failed, tell };
    abort.signal.addEventListener("abort", () => end(job), { once: true });
    if (abort.ended) return failed();
    // Between two jobs the network may be another one.
    if (!jobs.length && chosen !== isChosen()) stop();
    jobs.push(job);
    start();
    give(job);
  });
  return { status, headers: new Headers(headers), ...(await open(blob, abort)) };
}

function give({ id, body, mask }) {
  worker.then((it) => it.postMessage({ id, body, mask }), () => {});
}

// A job that nobody wants any more. Nothing stops a module that computes but the end of its worker;
// whoever waits goes on in a new one.
function end(job) {
  const at = jobs.indexOf(job);
  if (at < 0) return;
  jobs.splice(at, 1);
  job.failed();
  stop();
  if (jobs.length) start();
  jobs.forEach(give);
}

function stop() {
  worker?.then((it) => it.terminate(), () => {});
  worker = undefined;
}

function start() {
  if (!worker) chosen = isChosen();
  worker ??= begin();
  const mine = worker;
  mine.catch((error) => mine === worker && fail(error.message));
}

async function begin() {
  const made = await launch();
  made.onmessage = ({ data }) => heard(data);
  made.onerror = () => fail(FORBIDDEN);
  made.postMessage({ ...files(), chosen });
  return made;
}

// No job can be done.
function fail(sentence) {
  stop();
  for (const job of jobs.splice(0)) job.failed(new Error(sentence));
}

function heard({ id, done, all, fault, gone: lost, ...answer }) {
  if (lost) return gone();
  if (fault) return fail(fault);
  if (!id) return jobs.forEach((job) => job.tell(done, all));
  const at = jobs.findIndex((job) => job.id === id);
  if (at >= 0) jobs.splice(at, 1)[0].done(answer);
}
