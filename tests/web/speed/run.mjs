// The network's speed in a browser beside onnxruntime-web's: the same network, the same picture, one
// thread, in a worker, in turns; medians of seven after one that does not count.
//
//   node tests/web/speed/run.mjs MODEL BROWSER…
//
// MODEL is u2netp.onnx: crates/engine/weights/NOTICE says where it is from. Where it is u2net.bin, which
// `cargo xtask hd` makes, the full network takes the turns of onnxruntime-web. Each BROWSER is a program.
// `cargo xtask build` and `npm ci` in tests/web come first.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [model, ...browsers] = process.argv.slice(2);
const root = new URL("../../../", import.meta.url).pathname;
const dist = join(root, "dist");
const module = (await readdir(dist)).find((name) => /^backdrop-engine-.*\.wasm$/.test(name));
const ort = join(process.env.ORT ?? join(root, "tests/web/node_modules"), "onnxruntime-web/dist");
const files = {
  "/": join(root, "tests/web/speed/index.html"),
  "/page.js": join(root, "tests/web/speed/page.js"),
  "/worker.js": join(root, "tests/web/speed/worker.js"),
  "/picture.png": join(root, "crates/engine/tests/data/astronaut.png"),
  "/u2netp.bin": join(root, "crates/engine/weights/u2netp.bin"),
  "/engine.wasm": join(dist, module),
  [model.endsWith(".bin") ? "/u2net.bin" : "/u2netp.onnx"]: model,
};
const types = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm", html: "text/html", "/": "text/html" };

let heard;
const server = createServer(async (request, response) => {
  if (request.method === "POST") {
    let body = "";
    for await (const part of request) body += part;
    response.end();
    return heard(JSON.parse(body));
  }
  const path = files[request.url] ?? (request.url.startsWith("/ort/") && join(ort, request.url.slice(5)));
  const bytes = await readFile(path || "").catch(() => undefined);
  response.writeHead(bytes ? 200 : 404, { "content-type": types[request.url.split(".").at(-1)] ?? "application/octet-stream" });
  response.end(bytes);
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const url = `http://127.0.0.1:${server.address().port}/`;

for (const program of browsers) {
  const profile = await mkdtemp(join(tmpdir(), "speed-"));
  const firefox = /firefox/.test(program);
  const own = firefox ? ["--headless", "--no-remote", "--profile", profile] : ["--headless=new", "--no-sandbox", `--user-data-dir=${profile}`];
  const result = new Promise((then) => (heard = then));
  const browser = spawn(program, [...own, url], { stdio: "ignore", detached: true });
  const { error, engine, onnx, full, memory } = await result;
  if (error) console.log(`${program}: ${error}`);
  else if (full) console.log(`${program}: ${engine} ms and ${memory} MB; the full network ${full.time} ms and ${full.memory} MB; ${(full.time / engine).toFixed(2)} times as long`);
  else console.log(`${program}: ${engine} ms and ${memory} MB; onnxruntime-web ${onnx} ms; ${(onnx / engine).toFixed(2)} times as fast`);
  process.kill(-browser.pid);
  await new Promise((gone) => browser.on("exit", gone));
  await rm(profile, { recursive: true, force: true, maxRetries: 9 });
}
server.close();
