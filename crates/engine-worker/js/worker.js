// The engine's worker: one job at a time, in the order in which they come. The page's side is client.js.
//
// In: { id, files } once, then { id, job }; { id, drop } for one that is still waiting. Out: { id, phase, done?, all? } while it works, then
// { id, result } or { id, refusal, detail? }. Everything in between is this browser's own: it decodes
// and encodes; the module finds, paints and composes, a strip of rows at a time, so that a large photo
// is never in its memory whole.

/** @type {WebAssembly.Exports & Record<string, any>} */
let engine;
/** The photo that the module holds the subject of: {key, looks…}. */
let held = null;
/** The corrections that it holds. */
let heldEdits = "";
const text = new TextEncoder();
const CODES = { "-2": "too-large", "-3": "broken", "-4": "no-subject", "-5": "weights" };
const TYPES = { jpeg: "image/jpeg", png: "image/png", webp: "image/webp" };
/** About how many pixels a strip has. */
const STRIP = 1 << 18;
/** How many first bytes of a file are looked at: orientation, thumbnails and profiles come first. */
const HEAD = 1 << 20;

class Refusal extends Error {
  constructor(name, detail) {
    super(detail ?? name);
    this.refusal = name;
  }
}

/** A module's answer below 0 is a refusal. */
function check(code) {
  if (code < 0) throw new Refusal(CODES[code] ?? "fault", `engine ${code}`);
  return code;
}

/** The module's room, made to hold these bytes. */
function fill(bytes) {
  const at = engine.room(bytes.length);
  new Uint8Array(engine.memory.buffer, at, bytes.length).set(bytes);
}

/** A copy of what the module left in its room. */
function taken() {
  const size = engine.filled();
  return new Uint8Array(engine.memory.buffer, engine.room(size), size).slice();
}

let waiting = Promise.resolve();
/** Jobs that nobody wants any more. */
const dropped = new Set();
onmessage = ({ data }) => {
  if (data.drop) return void dropped.add(data.id);
  waiting = waiting.then(async () => {
    if (dropped.delete(data.id)) return;
    const phase = (name, done, all) => postMessage({ id: data.id, phase: name, done, all });
    try {
      if (data.files) {
        await prepare(data.files, phase);
        postMessage({ id: data.id, result: { memory: engine.memory.buffer.byteLength } });
      } else {
        postMessage({ id: data.id, result: await make(data.job, phase) });
      }
    } catch (error) {
      // A trap leaves the module in no state to go on: the page starts another worker.
      const fault = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
      const refusal = error.refusal ?? (fault ? "fault" : "broken");
      postMessage({ id: data.id, refusal, detail: String(error.message ?? error) });
    }
  });
};

/** Compiles the module while the weights arrive. */
async function prepare({ wasm, weights, sha256 }, phase) {
  const module = (async () => {
    const reply = await fetch(wasm);
    if (!reply.ok) throw new Refusal("weights", `${reply.status} for ${wasm}`);
    return WebAssembly.instantiate(await reply.arrayBuffer(), {});
  })();
  // Whoever waits for the weights first must not leave this one unheard.
  module.catch(() => {});
  const bytes = await fetchOnce(weights, sha256, phase);
  engine = (await module).instance.exports;
  fill(bytes);
  check(engine.load());
}

/** Bytes whose SHA-256 is known: from this browser's cache, else from the network, and then kept. */
async function fetchOnce(address, sha256, phase) {
  // Neither is there where the page did not come by https.
  const cache = await globalThis.caches?.open("backdrop-engine").catch(() => undefined);
  const cached = await cache?.match(address);
  if (cached) {
    const bytes = new Uint8Array(await cached.arrayBuffer());
    if (await isSame(bytes, sha256)) return bytes;
    await cache.delete(address);
  }
  const integrity = globalThis.crypto?.subtle ? undefined : `sha256-${sha256}`;
  const reply = await fetch(address, { integrity });
  if (!reply.ok || !reply.body) throw new Refusal("weights", `${reply.status} for ${address}`);
  const all = Number(reply.headers.get("content-length")) || undefined;
  const parts = [];
  let done = 0;
  for (const reader = reply.body.getReader(); ; ) {
    const { value, done: end } = await reader.read();
    if (end) break;
    parts.push(value);
    done += value.length;
    phase("weights", done, all);
  }
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  if (!integrity && !(await isSame(bytes, sha256))) throw new Refusal("weights", "not the bytes that were meant");
  if (cache) {
    for (const old of await cache.keys()) await cache.delete(old);
    // A full disk is no reason to stop.
    await cache.put(address, new Response(bytes)).catch(() => {});
  }
  return bytes;
}

async function isSame(bytes, sha256) {
  if (!globalThis.crypto?.subtle) return true;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...digest)) === sha256;
}

/** What a file says of itself; nothing for a kind that only the browser knows. */
async function head(blob) {
  fill(new Uint8Array(await blob.slice(0, HEAD).arrayBuffer()));
  if (engine.read_head() < 0) return { width: 0, height: 0 };
  const bytes = taken();
  const view = new DataView(bytes.buffer);
  return {
    width: view.getUint32(4, true),
    height: view.getUint32(8, true),
    kind: bytes[1],
    profile: bytes.subarray(12),
  };
}

/** A file's pixels as stored: upright, without any change of colours. */
async function open(blob) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    throw new Refusal("broken", "this browser cannot decode it");
  }
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Refusal("too-large", "no canvas of that size");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { canvas, context, width, height };
}

/** Calls `work(first, rows)` for strips of rows. */
function strips({ width, height }, work) {
  const rows = Math.max(1, Math.floor(STRIP / width));
  for (let first = 0; first < height; first += rows) work(first, Math.min(rows, height - first));
}

/** Hands all rows of a picture to the module. */
function feed(picture, take) {
  strips(picture, (first, rows) => {
    fill(picture.context.getImageData(0, first, picture.width, rows).data);
    check(take());
  });
}

async function make(job, phase) {
  phase("decode");
  const said = await head(job.photo);
  const looks = [job.looks?.kind ?? 0, ...(job.looks?.box ?? [0, 0, 1, 1])];
  const key = JSON.stringify([job.key, job.original, job.force, looks]);
  const same = held !== null && held === key;
  let picture;
  if (!same) {
    held = null;
    engine.forget();
    // Asked before the browser decodes anything: the module knows what is too large.
    if (said.width > 0) check(engine.photo(said.width, said.height, job.original ? 1 : 0));
    picture = await open(job.photo);
    check(engine.photo(picture.width, picture.height, job.original ? 1 : 0));
    feed(picture, engine.rows);
    phase("find");
    check(engine.find(...looks, job.force ? 1 : 0));
    held = key;
    heldEdits = "";
  }
  const edits = new Float32Array(job.edits ?? []);
  if (String(edits) !== heldEdits) {
    fill(new Uint8Array(edits.buffer));
    check(engine.edit());
    heldEdits = String(edits);
  }

  phase("paint");
  const look = await ground(job.backdrop);
  const [width, height] = [engine.width(), engine.height()];
  const result = { width, height, look };
  if (job.preview) {
    result.previewWidth = check(engine.preview());
    result.preview = taken().buffer;
  }

  phase("compose");
  if (!engine.needs_rows()) {
    // The module has the photo, smaller than it came.
    const canvas = new OffscreenCanvas(width, height);
    picture = { canvas, context: canvas.getContext("2d", { willReadFrequently: true }), width, height };
  } else {
    picture ??= await open(job.photo);
  }
  compose(picture, engine.needs_rows());

  phase("encode");
  const exact = ["transparent", "colour"].includes(job.backdrop.kind);
  const type = TYPES[job.format] ?? (exact ? TYPES.png : TYPES.jpeg);
  const blob = await picture.canvas.convertToBlob({ type, quality: 0.92 });
  if (blob.type !== type) throw new Refusal("format", `this browser cannot write ${type}`);
  // The canvas is as large as the photo.
  picture.canvas.width = picture.canvas.height = 0;
  result.blob = await tagged(blob, said, width, height);
  result.memory = engine.memory.buffer.byteLength;
  return result;
}

/** Puts the rows on the backdrop, in place. */
function compose(picture, read) {
  const { context, width } = picture;
  strips(picture, (first, rows) => {
    const size = 4 * width * rows;
    if (read) fill(context.getImageData(0, first, width, rows).data);
    else engine.room(size);
    check(engine.compose(first));
    const made = new Uint8ClampedArray(engine.memory.buffer, engine.room(size), size);
    // A copy: image data may not lie in memory that can grow.
    context.putImageData(new ImageData(made.slice(), width, rows), 0, first);
  });
}

/** Makes the backdrop; the name of the look if words chose one. */
async function ground(backdrop) {
  switch (backdrop.kind) {
    case "transparent":
      return void check(engine.clear());
    case "colour":
      return void check(engine.colour(backdrop.rgb));
    case "blurred":
      return void check(engine.blurred(backdrop.amount ?? 0.5));
    case "words":
      fill(text.encode(backdrop.words));
      check(engine.words(backdrop.seed ?? 0));
      return new TextDecoder().decode(taken());
    case "reference": {
      const { x = 0.5, y = 0.5, blur = 0, matched = true } = backdrop;
      const said = await head(backdrop.blob);
      const begin = ({ width, height }) =>
        check(engine.reference(width, height, x, y, blur, matched ? 1 : 0));
      if (said.width > 0) begin(said);
      const picture = await open(backdrop.blob);
      begin(picture);
      feed(picture, engine.reference_rows);
      return void check(engine.reference_done());
    }
    default:
      throw new Refusal("fault", `no backdrop ${backdrop.kind}`);
  }
}

/** The file with the photo's colour profile, if it had one for red, green and blue. */
async function tagged(blob, { kind, profile }, width, height) {
  if (!kind) return blob;
  try {
    const plain = kind === 2 ? await through(profile, new DecompressionStream("deflate")) : profile;
    if (String.fromCharCode(...plain.subarray(16, 20)) !== "RGB ") return blob;
    const png = blob.type === TYPES.png;
    const given = !png ? plain : kind === 2 ? profile : await through(plain, new CompressionStream("deflate"));
    const first = new Uint8Array(await blob.slice(0, HEAD).arrayBuffer());
    const both = new Uint8Array(first.length + given.length);
    both.set(first);
    both.set(given, first.length);
    fill(both);
    const replaced = engine.tag(given.length, blob.size, width, height);
    if (replaced < 0) return blob;
    return new Blob([taken(), blob.slice(replaced)], { type: blob.type });
  } catch {
    // A picture without its profile is better than none.
    return blob;
  }
}

/** Bytes through a stream; at most four megabytes. */
async function through(bytes, stream) {
  const parts = [];
  let size = 0;
  for (const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader(); ; ) {
    const { value, done } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > 1 << 22) throw new Refusal("broken", "a profile that large is none");
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
