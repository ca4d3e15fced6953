// The engine's worker: one request at a time, in the order in which they come. The page's side is
// src/endpoint/device.js.
//
// In: { wasm, weights, finer, chosen } first: three addresses, each with a hash, and whether the network of
// `finer` is wanted, if its file is kept here; then { id, body, mask }: the endpoint's own body and, where
// a person corrects the cut-out, what src/session/cutout.rs writes.
// Out: { done, all } while the weights arrive, in bytes; { gone } where `finer` is not kept; { fault } in
// words when no request can be answered; { id, status, headers, blob } otherwise, as a relay answers. The
// browser decodes and encodes; the module finds, paints and composes, a strip of rows at a time, so that
// a large photo is never in its memory whole.
//
// Or once { weights, finer, bring }, to src/endpoint/finer.js: { done, all } as above, and at the end
// { why } the finer network's file is not kept now, 0 where it is.

/** The module's functions, each with the desk given already; and its memory. @type {Record<string, any>} */
let engine;
/** What the network that is loaded is called. */
let network = "u2netp";
/** The photo that the module holds the subject of: its base64 and its name, how it was looked at, and
 * how that is corrected. */
let held;
const text = new TextEncoder();
/** What a relay answers, by what the module does. */
const REFUSALS = {
  "-2": [413, "the photo or the reference has more megapixels than are taken; at most 64 are"],
  "-3": [400, "the photo or the reference cannot be decoded"],
  "-4": [422, "no subject stands out in the photo; try one with a clear subject, or cut it out first"],
};
/** About how many pixels a strip has. */
const STRIP = 1 << 18;
/** How many first bytes of a file are looked at: orientation, thumbnails and profiles come first. */
const HEAD = 1 << 20;

/** What is wrong with a request. */
class Refusal extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

/** A module's answer below 0 is a refusal. */
function check(code) {
  if (code >= 0) return code;
  if (REFUSALS[code]) throw new Refusal(...REFUSALS[code]);
  throw new Error(`the module answers ${code}`);
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

let waiting;
onmessage = ({ data }) => {
  if (data.bring) return bring(data);
  if (!waiting) {
    waiting = prepare(data);
    // Whoever waits for it hears it, too.
    return waiting.catch((error) => {
      const memory = error instanceof WebAssembly.RuntimeError ? ", perhaps for want of memory" : "";
      postMessage({ fault: `The engine could not start${memory}. ${error.message}` });
    });
  }
  waiting = waiting.then(() => answer(data)).then(postMessage);
  waiting.catch(() => {});
};

async function answer({ id, body, mask: [name, outlined, whole, ...edits] = [] }) {
  try {
    const mask = { name, whole, edits };
    const { blob, look, type } = await (outlined ? outline(body, mask) : make(await order(body), mask));
    const headers = { "content-type": type, "x-backdrop-engine": network, ...(look && { "x-backdrop-look": look }) };
    return { id, status: 200, headers, blob };
  } catch (error) {
    // A trap leaves the module in no state to go on: the page starts another worker.
    if (!error.status) return { fault: `The engine stopped, perhaps for want of memory. ${error.message}` };
    const blob = new Blob([JSON.stringify({ error: error.message })], { type: "application/json" });
    return { id, status: error.status, headers: { "content-type": blob.type }, blob };
  }
}

/** What a request asks for, as a relay understands it: crates/relay/src/order.rs. */
async function order(body) {
  const { image, ref_images: references, ...wishes } = JSON.parse(await body.text());
  const { prompt = "In a parking lot", seed = 1234 } = wishes;
  const words = prompt.trim();
  const [reference] = [references ?? []].flat();
  let backdrop = { kind: "words", words, seed };
  if (/^#[0-9a-f]{6}$/i.test(words)) backdrop = { kind: "colour", rgb: parseInt(words.slice(1), 16) };
  if (/^transparent$/i.test(words)) backdrop = { kind: "transparent" };
  if (reference) backdrop = { kind: "reference", blob: file("ref_images", reference) };
  return {
    photo: file("image", image),
    key: image,
    backdrop,
    kind: wishes.fast ? 1 : 0,
    original: wishes.original_quality,
    force: wishes.force_background_detection,
  };
}

/** A picture from its base64. */
function file(name, text = "") {
  const start = text.trimStart().slice(0, 8);
  if (/^https?:\/\//i.test(start)) {
    throw new Refusal(400, `${name}: is an address, and this device fetches none; choose the file itself`);
  }
  try {
    const bare = /^data:/i.test(start) ? text.slice(text.indexOf(",") + 1) : text;
    const bytes = Uint8Array.fromBase64?.(bare) ?? Uint8Array.from(atob(bare), (byte) => byte.charCodeAt(0));
    return new Blob([bytes]);
  } catch {
    throw new Refusal(400, `${name}: is not base64 text`);
  }
}

/** Compiles the module while the weights arrive. */
async function prepare({ wasm: [module, integrity], weights, finer, chosen }) {
  const compiled = (async () => {
    const reply = await fetch(module, { integrity });
    if (!reply.ok) throw new Error(`${reply.status} for ${module}`);
    return WebAssembly.instantiate(await reply.arrayBuffer(), {});
  })();
  // Whoever waits for the weights first must not leave this one unheard.
  compiled.catch(() => {});
  let bytes = chosen && (await kept(...finer));
  if (bytes) network = "u2net";
  else {
    // A person is asked before so much is fetched: never here.
    if (chosen) postMessage({ gone: true });
    bytes = await fetchOnce(weights, finer);
  }
  const { exports } = (await compiled).instance;
  const desk = exports.desk();
  const calls = Object.entries(exports).filter(([, call]) => typeof call === "function");
  engine = { memory: exports.memory, ...Object.fromEntries(calls.map(([name, call]) => [name, call.bind(null, desk)])) };
  fill(bytes);
  if (engine.load() < 0) throw new Error(`${weights[0]} holds no weights of this network`);
}

/** Fetches and keeps the finer network's file, and says why not. */
async function bring({ weights, finer }) {
  try {
    // Once in this browser is enough, and what was wrong before may be right now.
    await fetchOnce(finer, weights, { cache: "no-store" });
    const cache = await opened();
    postMessage({ why: (await cache?.match(finer[0])) ? 0 : FULL });
  } catch (error) {
    postMessage({ why: error.why ?? CUT });
  }
}

/** Why a file did not come: src/endpoint/finer.rs. */
const [CUT, MISSING, CHANGED, FULL] = [1, 2, 3, 4];

/** What is wrong with a file. */
const wrong = (words, why) => Object.assign(new Error(words), { why });

/** There is none where the page did not come by https. */
const opened = () => globalThis.caches?.open("backdrop-engine").catch(() => undefined);

/** Bytes whose SHA-256 is known, from this browser's cache. */
async function kept(address, integrity) {
  const cache = await opened();
  const cached = await cache?.match(address);
  if (!cached) return;
  const bytes = new Uint8Array(await cached.arrayBuffer());
  if (await isSame(bytes, integrity)) return bytes;
  await cache.delete(address);
}

/** The same, or from the network, and then kept beside no file but the `other`. */
async function fetchOnce([address, integrity], other, options) {
  const found = await kept(address, integrity);
  if (found) return found;
  const reply = await fetch(address, subtle ? options : { ...options, integrity });
  if (!reply.ok || !reply.body) throw wrong(`${reply.status} for ${address}`, MISSING);
  const all = Number(reply.headers.get("content-length"));
  const parts = [];
  let done = 0;
  for (const reader = reply.body.getReader(); ; ) {
    const { value, done: end } = await reader.read();
    if (end) break;
    parts.push(value);
    done += value.length;
    postMessage({ done, all });
  }
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  if (!(await isSame(bytes, integrity))) throw wrong(`${address} is not the file that was meant`, CHANGED);
  const cache = await opened();
  for (const { url } of (await cache?.keys()) ?? []) if (url !== other?.[0]) await cache.delete(url);
  // A full disk is no reason to stop.
  await cache?.put(address, new Response(bytes)).catch(() => {});
  return bytes;
}

/** Only secure pages can hash by themselves; on others the browser checks. */
const subtle = globalThis.crypto?.subtle;

async function isSame(bytes, integrity) {
  if (!subtle) return true;
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}` === integrity;
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
    check(-3);
  }
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) check(-2);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { canvas, context, width, height };
}

/** Calls `work(first, rows)` for strips of rows. */
async function strips({ width, height }, work) {
  const rows = Math.max(1, Math.floor(STRIP / width));
  for (let first = 0; first < height; first += rows) await work(first, Math.min(rows, height - first));
}

/** Hands all rows of a picture to the module. */
function feed(picture, take) {
  return strips(picture, (first, rows) => {
    fill(picture.context.getImageData(0, first, picture.width, rows).data);
    check(take());
  });
}

/** Finds the subject and corrects it; the photo as it was opened for that, if it was. `said` is its head. */
async function find(job, said, { name, whole, edits }) {
  const kind = name ? Number(whole) : job.kind;
  const wanted = JSON.stringify([job.original, job.force, kind]);
  let picture;
  // The subject of the last photo is kept: another backdrop asks no network.
  if (held?.key !== job.key || held.wanted !== wanted) {
    held = undefined;
    engine.forget();
    // Asked before the browser decodes anything: the module knows what is too large.
    if (said.width > 0) check(engine.photo(said.width, said.height, job.original ? 1 : 0));
    picture = await open(job.photo);
    check(engine.photo(picture.width, picture.height, job.original ? 1 : 0));
    await feed(picture, engine.rows);
    check(engine.find(kind, job.force ? 1 : 0));
    held = { key: job.key, wanted, edits: "" };
  }
  Object.assign(held, { name, whole });
  correct(edits);
  return picture;
}

/** Holds these corrections instead of those before. */
function correct(edits) {
  const all = edits.join();
  if (held.edits === all) return;
  fill(new Uint8Array(Float32Array.from(edits).buffer));
  check(engine.edit());
  held.edits = all;
}

/** What is left out, as a picture to be laid over the photo. */
async function outline(body, mask) {
  // A name stands for the photo and how it is looked at: its body need not be read again.
  if (held?.name === mask.name && held.whole === mask.whole) {
    correct(mask.edits);
  } else {
    const job = await order(body);
    const picture = await find(job, await head(job.photo), mask);
    if (picture) picture.canvas.width = 0;
  }
  const width = check(engine.preview());
  const kept = taken();
  const pixels = new Uint8ClampedArray(4 * kept.length);
  for (let at = 0; at < kept.length; at++) pixels.set([...LEFT_OUT, (255 - kept[at]) * 0.62], 4 * at);
  const made = new Drawn(width, kept.length / width);
  made.take(pixels, 0);
  const type = "image/png";
  return { blob: await made.file(type), type };
}

/** The colour of what is left out, as style/cutout.css has it. */
const LEFT_OUT = [196, 22, 92];

async function make(job, mask) {
  const said = await head(job.photo);
  let picture = await find(job, said, mask);
  const look = await ground(job.backdrop);
  const [width, height] = [engine.width(), engine.height()];
  const reads = engine.needs_rows();
  // Else the module has the photo, smaller than it came.
  if (reads) picture ??= await open(job.photo);
  const clear = job.backdrop.kind === "transparent";
  const type = clear || job.backdrop.kind === "colour" ? "image/png" : "image/jpeg";
  const made = clear ? new Png(width, height) : new Drawn(width, height, picture?.canvas);
  await strips({ width, height }, (first, rows) => {
    const size = 4 * width * rows;
    if (reads) fill(picture.context.getImageData(0, first, width, rows).data);
    else engine.room(size);
    check(engine.compose(first));
    // A copy: image data may not lie in memory that can grow.
    return made.take(new Uint8ClampedArray(engine.memory.buffer, engine.room(size), size).slice(), first);
  });
  const blob = await made.file(type);
  // A canvas is as large as the photo.
  if (picture) picture.canvas.width = 0;
  return { blob: await tagged(blob, said), look, type };
}

/** A picture that the browser encodes; where the photo's own canvas is as large, in its place. */
class Drawn {
  #canvas;
  #context;

  constructor(width, height, canvas) {
    const same = canvas?.width === width && canvas.height === height;
    this.#canvas = same ? canvas : new OffscreenCanvas(width, height);
    this.#context = this.#canvas.getContext("2d", { willReadFrequently: true });
  }

  take(pixels, first) {
    const { width } = this.#canvas;
    this.#context.putImageData(new ImageData(pixels, width), 0, first);
  }

  file(type) {
    return this.#canvas.convertToBlob({ type, quality: 0.92 });
  }
}

/** A PNG file of exactly these pixels: of what is half transparent a canvas keeps the colour but roughly. */
class Png {
  #deflate = new CompressionStream("deflate");
  #writer = this.#deflate.writable.getWriter();
  #packed = new Response(this.#deflate.readable).arrayBuffer();
  #above;
  #head = new DataView(new ArrayBuffer(13));

  constructor(width, height) {
    this.#above = new Uint8Array(4 * width);
    this.#head.setUint32(0, width);
    this.#head.setUint32(4, height);
    // Eight bits; red, green, blue and alpha.
    this.#head.setUint16(8, 0x0806);
  }

  /** Each row as its difference from the one above. */
  take(pixels) {
    const length = this.#above.length;
    const rows = pixels.length / length;
    const filtered = new Uint8Array(rows * (length + 1));
    for (let row = 0; row < rows; row++) {
      const now = pixels.subarray(row * length, (row + 1) * length);
      const to = row * (length + 1);
      filtered[to] = 2;
      for (let at = 0; at < length; at++) filtered[to + 1 + at] = now[at] - this.#above[at];
      this.#above = now;
    }
    return this.#writer.write(filtered);
  }

  async file(type) {
    await this.#writer.close();
    const packed = new Uint8Array(await this.#packed);
    const parts = [new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10])];
    for (const [kind, bytes] of [["IHDR", new Uint8Array(this.#head.buffer)], ["IDAT", packed], ["IEND", new Uint8Array()]]) {
      const numbers = new DataView(new ArrayBuffer(8));
      const name = text.encode(kind);
      numbers.setUint32(0, bytes.length);
      numbers.setUint32(4, crc(name, bytes));
      parts.push(numbers.buffer.slice(0, 4), name, bytes, numbers.buffer.slice(4));
    }
    return new Blob(parts, { type });
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function crc(...parts) {
  let sum = -1;
  for (const part of parts) for (const byte of part) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Makes the backdrop; the name of the look if words chose one. */
async function ground(backdrop) {
  switch (backdrop.kind) {
    case "transparent":
      return void check(engine.clear());
    case "colour":
      return void check(engine.colour(backdrop.rgb));
    case "words":
      fill(text.encode(backdrop.words));
      check(engine.words(backdrop.seed));
      return new TextDecoder().decode(taken());
    case "reference": {
      const { x = 0.5, y = 0.5, blur = 0, matched = true } = backdrop;
      const said = await head(backdrop.blob);
      const begin = ({ width, height }) =>
        check(engine.reference(width, height, x, y, blur, matched ? 1 : 0));
      if (said.width > 0) begin(said);
      const picture = await open(backdrop.blob);
      begin(picture);
      await feed(picture, engine.reference_rows);
      return void check(engine.reference_done());
    }
  }
}

/** The file with the photo's colour profile, if it had one for red, green and blue. */
async function tagged(blob, { kind, profile }) {
  if (!kind) return blob;
  try {
    const plain = kind === 2 ? await through(profile, new DecompressionStream("deflate")) : profile;
    if (String.fromCharCode(...plain.subarray(16, 20)) !== "RGB ") return blob;
    const png = blob.type === "image/png";
    const given = !png ? plain : kind === 2 ? profile : await through(plain, new CompressionStream("deflate"));
    const first = new Uint8Array(await blob.slice(0, HEAD).arrayBuffer());
    const both = new Uint8Array(first.length + given.length);
    both.set(first);
    both.set(given, first.length);
    fill(both);
    const replaced = engine.tag(given.length);
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
    if (size > 1 << 22) throw new Error("a profile that large is none");
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
