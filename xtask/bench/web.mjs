// The engine's module beside onnxruntime-web, in one run, in each browser that is named.
//
//   node web.mjs <module> <weights> <model> <folder of onnxruntime-web> <photo> <rounds> <browser>...
//
// Both look once at the same 320 × 320 picture, in a worker each, on one thread, turn and turn about.
// The engine's time is longer than it need be: it has its mask cleaned and its edge's colours estimated.

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";

const [module, weights, model, ort, photo, rounds, ...browsers] = process.argv.slice(2);
const KINDS = { ".html": "text/html", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const files = { "/engine.wasm": module, "/weights": weights, "/model": model, "/photo": photo };

const page = `<!doctype html><title>bench</title><script type="module">
const start = (kind) => new Promise((resolve, reject) => {
  const worker = new Worker("/worker.mjs?" + kind, { type: "module" });
  worker.onerror = (event) => reject(new Error(kind + ": " + event.message));
  let heard = resolve;
  worker.onmessage = ({ data }) => heard(data);
  worker.look = () => new Promise((resolve) => { heard = resolve; worker.postMessage(0); });
  heard = () => resolve(worker);
});
const told = (text) => fetch("/told", { method: "POST", body: text });
try {
  const workers = { engine: await start("engine"), ort: await start("ort") };
  const times = { engine: [], ort: [] }, masks = {};
  for (let round = -1; round < ${Number(rounds)}; round++)
    for (const kind of ["engine", "ort"]) {
      const { time, mask, memory } = await workers[kind].look();
      // The first round warms up.
      if (round >= 0) times[kind].push(time);
      masks[kind] = mask;
      if (memory) times.memory = memory;
    }
  let both = 0, either = 0;
  masks.ort.forEach((there, at) => { const here = masks.engine[at] > 127; both += here && there > 0.5; either += here || there > 0.5; });
  await told(JSON.stringify({ ...times, overlap: both / either }));
} catch (error) { await told(JSON.stringify({ error: String(error) })); }
</script>`;

const worker = `
const get = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
const bitmap = await createImageBitmap(new Blob([await get("/photo")]));
const context = new OffscreenCanvas(320, 320).getContext("2d");
context.drawImage(bitmap, 0, 0, 320, 320);
const pixels = context.getImageData(0, 0, 320, 320).data;
let look;
if (location.search === "?engine") {
  const engine = (await WebAssembly.instantiate(await get("/engine.wasm"), {})).instance.exports;
  const fill = (bytes) => new Uint8Array(engine.memory.buffer, engine.room(bytes.length), bytes.length).set(bytes);
  fill(await get("/weights")); if (engine.load()) throw new Error("load");
  engine.photo(320, 320, 1); fill(pixels); engine.rows(); engine.find(1, 0, 0, 1, 1, 1);
  look = () => {
    const start = performance.now();
    if (engine.look_again(1, 0, 0, 1, 1)) throw new Error("no subject");
    const time = performance.now() - start;
    engine.preview();
    return { time, mask: new Uint8Array(engine.memory.buffer, engine.room(102400), 102400).slice(), memory: engine.memory.buffer.byteLength };
  };
} else {
  const ort = await import("/ort/ort.wasm.min.mjs");
  ort.env.wasm.numThreads = 1; ort.env.wasm.wasmPaths = "/ort/"; ort.env.wasm.proxy = false;
  const session = await ort.InferenceSession.create(await get("/model"), { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
  const mean = [0.485, 0.456, 0.406], spread = [0.229, 0.224, 0.225], n = 102400;
  const brightest = pixels.reduce((most, value, at) => at % 4 < 3 ? Math.max(most, value) : most, 0);
  const values = new Float32Array(3 * n);
  for (let c = 0; c < 3; c++) for (let i = 0; i < n; i++) values[c * n + i] = (pixels[4 * i + c] / brightest - mean[c]) / spread[c];
  const input = new ort.Tensor("float32", values, [1, 3, 320, 320]), [name] = session.outputNames;
  look = async () => {
    const start = performance.now();
    const { [name]: seen } = await session.run({ [session.inputNames[0]]: input }, [name]);
    return { time: performance.now() - start, mask: seen.data };
  };
}
onmessage = async () => postMessage(await look());
postMessage("ready");`;

let heard;
const server = createServer((request, reply) => {
  const path = new URL(request.url, "http://x").pathname;
  const send = (kind, body) => reply.writeHead(200, { "content-type": kind }).end(body);
  if (path === "/") return send("text/html", page);
  if (path === "/worker.mjs") return send("text/javascript", worker);
  if (path === "/told") {
    const parts = [];
    request.on("data", (part) => parts.push(part)).on("end", () => {
      send("text/plain", "");
      heard(JSON.parse(Buffer.concat(parts).toString()));
    });
    return;
  }
  const file = files[path] ?? (path.startsWith("/ort/") ? join(ort, basename(path)) : undefined);
  try {
    send(KINDS[extname(file)] ?? "application/octet-stream", readFileSync(file));
  } catch {
    reply.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const address = `http://127.0.0.1:${server.address().port}/`;

const middle = (times) => times.sort((a, b) => a - b)[times.length >> 1];
let failed = false;
for (const browser of browsers) {
  const profile = mkdtempSync(join(tmpdir(), "backdrop-bench-"));
  const fox = basename(browser).includes("firefox");
  const own = fox
    ? ["--headless", "--no-remote", "--profile", profile]
    : ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", `--user-data-dir=${profile}`];
  const told = new Promise((resolve) => (heard = resolve));
  const process_ = spawn(browser, [...own, address], { stdio: "ignore" });
  const gone = new Promise((resolve) => process_.on("error", (error) => resolve({ error: String(error) })));
  const late = new Promise((resolve) => setTimeout(resolve, 600_000, { error: "no answer in ten minutes" }).unref());
  const { error, engine, ort: other, overlap, memory } = await Promise.race([told, gone, late]);
  process_.kill();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  if (error) {
    console.log(`${basename(browser)}: ${error}`);
    failed = true;
    continue;
  }
  const [here, there] = [middle(engine), middle(other)];
  console.log(
    `${basename(browser)}: engine ${here.toFixed(0)} ms, onnxruntime-web ${there.toFixed(0)} ms: ${(there / here).toFixed(2)} times as fast ` +
      `(least ${engine[0].toFixed(0)} and ${other[0].toFixed(0)}: ${(other[0] / engine[0]).toFixed(2)}; medians of ${engine.length}); ` +
      `the masks overlap by ${overlap.toFixed(3)}; the module's memory ${(memory / 1e6).toFixed(0)} MB`,
  );
}
server.close();
process.exit(failed ? 1 : 0);
