// On this side of the boundary: a string made in wasm would be copied out of it, a photo at a time.
export async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (bytes.toBase64) return bytes.toBase64();
  // Browsers before 2025. A multiple of three, so that no piece but the last is padded; small
  // enough to be an argument list.
  const piece = 0x3000;
  let text = "";
  for (let at = 0; at < bytes.length; at += piece) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + piece)));
  }
  return text;
}
