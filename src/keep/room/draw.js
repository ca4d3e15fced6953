// Pictures drawn anew: small ones for lists, and copies to take away.

// As wide as a list shows it, on screens with two pixels to one of CSS. Throws for what is no picture.
export async function thumbnail(blob) {
  const bitmap = await createImageBitmap(blob, { resizeWidth: 320, resizeQuality: "medium" });
  return encoded(bitmap, bitmap.width, bitmap.height, "image/webp", 0.8, (context) => context.drawImage(bitmap, 0, 0));
}

async function encoded(bitmap, width, height, type, quality, draw) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  draw(context);
  bitmap.close();
  return canvas.convertToBlob({ type, quality });
}

// The formats among these that this browser writes: one that it cannot write it writes as PNG.
export async function writable(types) {
  const canvas = new OffscreenCanvas(1, 1);
  canvas.getContext("2d");
  const made = await Promise.all(types.map((type) => canvas.convertToBlob({ type })));
  return types.filter((type, at) => made[at].type === type);
}

/**
 * A copy of a picture, as { blob, found }: `found` says whether its subject could be told apart. `type` and `quality` (0 to 1) say how it is written; `width` and `height` its
 * size in pixels, both 0 for its own; `fit` whether what does not fit is cut away (`crop`) or the rest
 * is filled (`pad`), with the colour of its edge, or with nothing where that is clear.
 */
export async function drawn(blob, { type, quality, width, height, fit }) {
  const bitmap = await createImageBitmap(blob);
  const subject = await found(bitmap);
  const whole = { x: 0, y: 0, width: bitmap.width, height: bitmap.height };
  if (!width) ({ width, height } = bitmap);
  const opaque = type === "image/jpeg";
  const edge = await edgeOf(bitmap, opaque);
  const [from, to] = fit === "crop" ? [cut(whole, subject, width / height), { x: 0, y: 0, width, height }]
    : [whole, inside(whole, width, height)];
  const made = await encoded(bitmap, width, height, type, quality, (context) => {
    const fills = fit !== "crop" && (to.width < width || to.height < height);
    if (edge && (fills || opaque)) {
      context.fillStyle = edge;
      context.fillRect(0, 0, width, height);
    }
    context.drawImage(bitmap, from.x, from.y, from.width, from.height, to.x, to.y, to.width, to.height);
  });
  return { blob: made, found: !!subject };
}

// The part of a picture that is kept: as large as can be, with its subject in the middle.
function cut(whole, subject, ratio) {
  const width = Math.min(whole.width, whole.height * ratio);
  const height = width / ratio;
  const middle = subject ?? whole;
  const place = (middle, side, most) => Math.min(Math.max(middle - side / 2, 0), most - side);
  return {
    x: place(middle.x + middle.width / 2, width, whole.width),
    y: place(middle.y + middle.height / 2, height, whole.height),
    width,
    height,
  };
}

function inside(whole, width, height) {
  const scale = Math.min(width / whole.width, height / whole.height);
  const [w, h] = [Math.round(whole.width * scale), Math.round(whole.height * scale)];
  return { x: Math.round((width - w) / 2), y: Math.round((height - h) / 2), width: w, height: h };
}

const SMALL = 128; // pixels a side: enough to find where something is

async function small(bitmap) {
  const canvas = new OffscreenCanvas(SMALL, SMALL);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0, SMALL, SMALL);
  return context.getImageData(0, 0, SMALL, SMALL).data;
}

// Where the subject is, in a picture that has nothing around it; else nobody knows.
async function found(bitmap) {
  const data = await small(bitmap);
  let [left, top, right, bottom] = [SMALL, SMALL, -1, -1];
  for (let at = 0; at < SMALL * SMALL; at++) {
    if (data[at * 4 + 3] < 32) continue;
    const [x, y] = [at % SMALL, (at / SMALL) | 0];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  const all = right - left + 1 === SMALL && bottom - top + 1 === SMALL;
  if (all || right < 0) return undefined;
  const [x, y] = [bitmap.width / SMALL, bitmap.height / SMALL];
  return { x: left * x, y: top * y, width: (right - left + 1) * x, height: (bottom - top + 1) * y };
}

// The colour of a picture's edge, in the middle of what is there; white where the edge is clear.
async function edgeOf(bitmap, opaque) {
  const data = await small(bitmap);
  const channels = [[], [], []];
  for (let at = 0; at < SMALL; at++) {
    for (const place of [at, (SMALL - 1) * SMALL + at, at * SMALL, at * SMALL + SMALL - 1]) {
      if (data[place * 4 + 3] > 250) channels.forEach((list, part) => list.push(data[place * 4 + part]));
    }
  }
  // A clear edge stays clear where the format can.
  if (channels[0].length < SMALL * 2) return opaque ? "#fff" : undefined;
  const middle = (list) => list.sort((one, other) => one - other)[list.length >> 1];
  return `rgb(${channels.map(middle).join(" ")})`;
}

