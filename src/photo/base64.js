// On this side of the boundary: a string made in wasm would be copied out of it, a photo at a time.
// In pieces, each a blob at once: no task takes long, no string is longer than a piece, and the
// browser keeps blobs out of the page's memory. Pieces are multiples of three bytes, so that none but
// the last is padded; the next two are read meanwhile.
export async function base64(blob, type) {
  // Where it is not native (browsers before 2025) it takes longer.
  const step = "toBase64" in Uint8Array.prototype ? 3 << 20 : 3 << 16;
  const read = (at) => blob.slice(at, at + step).arrayBuffer();
  // Text as bytes: blobs take these far sooner than strings.
  const text = new Uint8Array((step / 3) * 4);
  const encoder = new TextEncoder();
  const pieces = [];
  let [next, after] = [read(0), read(step)];
  for (let at = 0; at < blob.size; at += step) {
    const bytes = new Uint8Array(await next);
    [next, after] = [after, read(at + 2 * step)];
    const { written } = encoder.encodeInto(bytes.toBase64?.() ?? encoded(bytes), text);
    pieces.push(new Blob([text.subarray(0, written)]));
  }
  return new Blob(pieces, { type });
}

function encoded(bytes) {
  // Small enough to be an argument list.
  const piece = 0x3000;
  let text = "";
  for (let at = 0; at < bytes.length; at += piece) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + piece)));
  }
  return text;
}
