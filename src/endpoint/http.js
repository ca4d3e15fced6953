// Requests and answers stay on this side of the boundary: no photo, no picture and no long text
// enters wasm memory.

// Ends everything that one press of the button started.
export class Abort {
  #controller = new AbortController();
  #deadline;
  #timer;
  late = false;

  // Milliseconds.
  constructor(deadline) {
    this.#deadline = deadline;
  }

  get signal() {
    return this.#controller.signal;
  }

  get ended() {
    return this.signal.aborted;
  }

  stop() {
    this.rest();
    this.#controller.abort();
  }

  // The deadline counts from now.
  expect() {
    this.rest();
    this.#timer = setTimeout(() => {
      this.late = true;
      this.#controller.abort();
    }, this.#deadline);
  }

  rest() {
    clearTimeout(this.#timer);
  }

  // Until so many milliseconds have passed, or it was ended.
  sleep(wait) {
    return new Promise((done) => {
      const timer = setTimeout(done, wait);
      this.signal.addEventListener("abort", () => done(clearTimeout(timer)), { once: true });
      if (this.ended) done(clearTimeout(timer));
    });
  }
}

// Sends a request, with a body or to get something, and brings its answer as `open` brings a file,
// with `status` and `headers`; without a `blob` when it broke off. `own`: to the endpoint's own
// host. `tell` hears how many bytes have come, of how many (0 where that is not known).
export async function exchange(url, own, headers, body, abort, tell) {
  abort.expect();
  try {
    const response = await fetch(url, {
      method: body ? "POST" : "GET",
      headers,
      body,
      signal: abort.signal,
      // A redirect could carry the key and the photo to a place nobody chose.
      redirect: own ? "error" : "follow",
      credentials: own ? "same-origin" : "omit",
      referrerPolicy: own ? "" : "no-referrer",
    });
    const blob = await receive(response, abort, tell).catch(() => undefined);
    const { status, headers: told } = response;
    return { status, headers: told, ...(blob && (await open(blob, abort))) };
  } finally {
    abort.rest();
  }
}

async function receive(response, abort, tell) {
  const length = Number(response.headers.get("content-length"));
  const type = response.headers.get("content-type");
  const pieces = [];
  let size = 0;
  let told = 0;
  if (type?.startsWith("image/")) tell(0, length);
  const reader = response.body?.getReader();
  for (;;) {
    abort.expect();
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) return new Blob(pieces);
    pieces.push(value);
    size += value.length;
    if (size - told > 65536) {
      told = size;
      // A packed body is longer, unpacked, than its length says.
      tell(size, size <= length ? length : 0);
    }
  }
}

// Looks into a file: its first bytes, and what it holds. `json` if that is what it is; else a
// picture's `size`, with its last bytes, if it can be decoded; else its first `words`.
export async function open(blob, abort) {
  const bytes = async (part) => new Uint8Array(await part.arrayBuffer());
  const first = await bytes(blob.slice(0, 256));
  const found = { blob, first };
  if (/^\s*[[{]/.test(new TextDecoder().decode(first))) {
    try {
      return { ...found, json: JSON.parse(await blob.text()) };
    } catch {
      // It only looked like JSON.
    }
  }
  const url = URL.createObjectURL(blob);
  const size = await sizeOf(url, abort);
  URL.revokeObjectURL(url);
  if (size) return { ...found, size, last: await bytes(blob.slice(-LAST)) };
  return { ...found, words: await blob.slice(0, 65536).text() };
}

// How much of a file's end is looked at for the end of its picture.
const LAST = 512 << 10;

// A picture in base64, with or without what stands before a comma, as `open` brings a file.
export async function decode(text, abort) {
  const bare = text.slice(text.indexOf(",") + 1);
  const bytes = Uint8Array.fromBase64?.(bare);
  const decoded = bytes ?? Uint8Array.from(atob(bare), (byte) => byte.charCodeAt(0));
  return open(new Blob([decoded]), abort);
}

// The width and height of a picture, once it is decoded, wherever it lies.
export async function sizeOf(url, abort) {
  const image = new Image();
  image.referrerPolicy = "no-referrer";
  image.src = url;
  abort.expect();
  try {
    await new Promise((done, failed) => {
      image.decode().then(done, failed);
      abort.signal.addEventListener("abort", failed, { once: true });
    });
    return [image.naturalWidth, image.naturalHeight];
  } catch {
    image.src = "";
    return undefined;
  } finally {
    abort.rest();
  }
}

// Whether nothing takes requests there, as where a page is served as mere files: the front page in its
// place counts as nothing.
export async function vacant(url) {
  try {
    const { status, headers } = await fetch(url, { cache: "no-store" });
    return status === 404 || /html/.test(headers.get("content-type"));
  } catch {
    return true;
  }
}

// Whether a server is there: what it answers is not read, which is allowed everywhere.
export async function reached(url) {
  try {
    await fetch(new URL("/", url), {
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(5000),
    });
    return true;
  } catch {
    return false;
  }
}

// The JSON at an address of the page's own server.
export async function getJson(url) {
  return (await fetch(url)).json();
}
