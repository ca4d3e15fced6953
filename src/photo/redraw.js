// A picture is drawn anew off the main thread. This very file is the worker's script as well.
const MOST = 16777216; // pixels of a canvas on iOS; elsewhere there is more room
const isWorker = typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope;
let policy;

// An address that a worker may be started from where the page has Trusted Types.
export function trusted(url) {
  policy ??= globalThis.trustedTypes?.createPolicy("backdrop", { createScriptURL: (url) => url });
  return policy?.createScriptURL(url) ?? url;
}

// Whether it can be decoded to its end, which an <img> does not tell; its size if so.
export async function size(blob) {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

// A task: { picture: Promise<{ blob, width, height, smaller }>, end() }. `bytes` and `pixels` bound it.
export function redraw(blob, clear, bytes, pixels) {
  const job = { blob, clear, bytes, pixels };
  let worker;
  const picture = new Promise((done, failed) => {
    try {
      worker = new Worker(trusted(import.meta.url), { type: "module" });
      worker.onmessage = ({ data }) => (data ? done(data) : failed());
      // It could not start: this file lies on another host, or the host page allows no worker.
      worker.onerror = () => draw(job).then(done, failed);
      worker.postMessage(job);
    } catch {
      draw(job).then(done, failed);
    }
  });
  return { picture, end: () => worker?.terminate() };
}

async function draw({ blob, clear, bytes, pixels }) {
  const bitmap = await createImageBitmap(blob);
  let scale = Math.min(1, Math.sqrt(pixels / (bitmap.width * bitmap.height)));
  for (;;) {
    const canvas = new OffscreenCanvas(side(bitmap.width * scale), side(bitmap.height * scale));
    const { width, height } = canvas;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!hasRoom(context, width, height) && width * height > MOST) {
      scale *= Math.sqrt(MOST / (width * height));
      continue;
    }
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    const type = clear && isClear(context, width, height) ? "image/png" : "image/jpeg";
    const drawn = await canvas.convertToBlob({ type, quality: bytes < Infinity ? 0.9 : 0.95 });
    if (drawn.size <= bytes || width * height === 1) {
      bitmap.close();
      return { blob: drawn, width, height, smaller: scale < 1 };
    }
    // A little below, as details weigh more in a smaller copy.
    scale *= Math.min(0.9, 0.95 * Math.sqrt(bytes / drawn.size));
  }
}

const side = (length) => Math.max(1, Math.floor(length));

// Too large a canvas takes no paint, without a word.
function hasRoom(context, width, height) {
  const corner = [width - 1, height - 1, 1, 1];
  context.fillRect(...corner);
  const has = context.getImageData(...corner).data[3] > 0;
  context.clearRect(...corner);
  return has;
}

function isClear(context, width, height) {
  const rows = side(MOST / 16 / width);
  for (let top = 0; top < height; top += rows) {
    const { data } = context.getImageData(0, top, width, Math.min(rows, height - top));
    for (let at = 3; at < data.length; at += 4) if (data[at] < 255) return true;
  }
  return false;
}

if (isWorker) onmessage = ({ data }) => draw(data).then(postMessage, () => postMessage(null));
