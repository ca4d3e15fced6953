import { LoadFailure } from "./failure.js";

/**
 * One of our files, checked against the hash that is built in. `use` gets the response as it
 * begins, to work on while it streams; `arrived` the number of bytes so far.
 */
export async function get(file, watch, arrived, use) {
  const { name, url, hash } = file;
  if (url.protocol === "file:") throw new LoadFailure("file");
  // Only secure pages can hash by themselves; on others the browser checks, but says not what it found.
  const subtle = globalThis.crypto?.subtle;
  let response;
  try {
    response = await fetch(url, subtle ? {} : { integrity: hash });
  } catch (error) {
    throw await unreachable(file, watch, error, !subtle);
  }
  if (!response.ok) throw new LoadFailure("missing", { file: name, status: response.status });
  const type = response.headers.get("content-type")?.split(";")[0] ?? "";
  use?.(response.clone(), type);
  const bytes = await read(response.body, arrived).catch(() => {
    throw new LoadFailure("network", { file: name });
  });
  if (subtle && (await sri(subtle, bytes)) !== hash) {
    // Servers that answer every address with their front page do so with status 200.
    throw new LoadFailure(/html/.test(type) ? "type" : "integrity", { file: name, type });
  }
  return { bytes, type };
}

async function read(body, arrived) {
  const reader = body.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts).arrayBuffer();
    parts.push(value);
    arrived?.((size += value.length));
  }
}

async function sri(subtle, bytes) {
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

/** Of a request that failed a page learns nothing, so others are made that tell the causes apart. */
async function unreachable({ name, url }, watch, error, checked) {
  const stopped = await watch.stopped({ name, url }, error);
  if (stopped) return stopped;
  const answers = (options) => fetch(url, options).then(() => true, () => false);
  if (checked && (await answers())) return new LoadFailure("integrity", { file: name });
  const elsewhere = url.origin !== location.origin;
  const reason = elsewhere && (await answers({ mode: "no-cors" })) ? "cors" : "network";
  return new LoadFailure(reason, { file: name, origin: url.origin });
}
