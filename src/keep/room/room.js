// What the program asks of the room, by name. No byte of a file enters wasm memory.
export { all, amend, get, onChange, write } from "./db.js";
export { csv } from "./csv.js";
export { drawn, thumbnail, writable } from "./draw.js";
export { hideSmall, showSmall } from "./thumbs.js";
export { putIn } from "./history.js";
export { copy, save, share, ways } from "./out.js";
export { unzip, zip } from "./zip.js";
export { batchItems, beginBatch, nextEvent, putItem } from "./batch.js";
export { take, whenFree } from "./lock.js";
