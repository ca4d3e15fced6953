// What comes from another browser, or from this one at another time.
import { write } from "./db.js";
import { thumbnail } from "./draw.js";
import { unzip } from "./zip.js";

const TYPES = { png: "image/png", jpg: "image/jpeg", webp: "image/webp" };

// Adds the pictures that a zip of ours holds and that are not among the ids `known`; their number. Throws
// for any other file, and where there is no space.
export async function putIn(file, listing, known) {
  const inside = await unzip(file);
  const { version, entries } = JSON.parse(await (await inside.get(listing)()).text());
  if (version !== 1) throw new Error("version");
  const here = new Set(known);
  let added = 0;
  for (const { file: name, ...entry } of entries) {
    if (!isEntry(entry) || here.has(entry.id) || !inside.has(name)) continue;
    const blob = await inside.get(name)(TYPES[/\.(\w+)$/.exec(name)?.[1]]);
    // What no browser can draw is no picture.
    const small = await thumbnail(blob).catch(() => undefined);
    if (!small) continue;
    const { id } = entry;
    const bytes = blob.size + small.size;
    await write([["put", "pictures", { ...entry, bytes }], ["put", "files", { id, blob, small }]]);
    here.add(id);
    added += 1;
  }
  return added;
}

function isEntry({ id, at, name, seed, took, width, height, endpoint, parameters }) {
  const text = [id, name, endpoint].every((one) => typeof one == "string");
  return text && [at, seed, took, width, height].every(Number.isFinite) && Object(parameters) === parameters;
}
