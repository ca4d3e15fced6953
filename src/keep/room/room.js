// What the program asks of the room, by name. No byte of a file enters wasm memory.
export { all, amend, get, write } from "./db.js";
export { csv } from "./csv.js";
export { unzip, zip } from "./zip.js";
export { batchItems, beginBatch, nextEvent, putItem } from "./batch.js";
export { take } from "./lock.js";
export { save } from "./save.js";
