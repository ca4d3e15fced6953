// Ways out of the page.
import { drawn } from "./draw.js";

// Hands a file to the browser's downloads.
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has its own hold on the file once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// Puts a copy of a picture on the clipboard, as PNG, which is what all browsers take there. The promise
// is made inside the click, as WebKit wants it.
export function copy(blob, how) {
  const png = drawn(blob, { ...how, type: "image/png" }).then(({ blob }) => blob);
  return navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
}

// Whether there is a clipboard for pictures, and a share sheet for files.
export function ways() {
  const files = [new File(["x"], "x.png", { type: "image/png" })];
  const copies = !!navigator.clipboard?.write && "ClipboardItem" in globalThis;
  return [copies, !!navigator.canShare?.({ files })];
}

// Gives a file to the system's share sheet. Closing the sheet is no failure.
export async function share(blob, name) {
  const files = [new File([blob], name, { type: blob.type })];
  await navigator.share({ files }).catch((error) => {
    if (error.name !== "AbortError") throw error;
  });
}
