const asked = new Set();

/**
 * A part of the program, as `fetch` brings it, or an error if it is not what was built. On trying
 * again no cache is asked: a file that was wrong may be in it.
 */
export async function part(url, hash) {
  const cache = asked.has(url.href) ? "reload" : "default";
  asked.add(url.href);
  const response = await fetch(url, { integrity: hash, cache });
  const bytes = await response.arrayBuffer();
  // A server may not know the type; the bytes are right.
  return new Response(bytes, { headers: { "content-type": "application/wasm" } });
}
