// A small server: it hands out the page and the element, passes the endpoint on to the relay, and
// shows what the form has sent. Node alone, no packages.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const here = import.meta.dirname;
const element = process.env.BACKDROP ?? join(here, "backdrop");
const relay = process.env.RELAY ?? "http://127.0.0.1:8080";
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};
const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; " +
  "connect-src 'self'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The page that answers an order. */
async function order(request) {
  const form = await request.formData();
  const picture = form.get("picture");
  if (!(picture instanceof File)) return new Response("No picture came with the form.", { status: 400 });
  const bytes = Buffer.from(await picture.arrayBuffer());
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Your order</title>
    <link rel="icon" href="data:,">
    <h1>Thank you, ${escape(String(form.get("who")))}</h1>
    <p id="arrived">${escape(picture.name)}, ${picture.type}, ${picture.size} bytes</p>
    <img alt="Your picture" src="data:${escape(picture.type)};base64,${bytes.toString("base64")}">`;
  return new Response(page, { headers: { "content-type": types[".html"] } });
}

async function file(path) {
  const clean = normalize(path).replace(/^[/\\]+/, "") || "index.html";
  const inElement = clean.startsWith("backdrop/");
  // The page and the element, and nothing else of this folder.
  if (!inElement && clean !== "index.html") return new Response("Not found", { status: 404 });
  const full = inElement ? join(element, clean.slice("backdrop/".length)) : join(here, clean);
  try {
    return new Response(await readFile(full), { headers: { "content-type": types[extname(full)] ?? "text/plain" } });
  } catch {
    return new Response("Not found", { status: 404 });
  }
}

async function answer(request) {
  const { pathname } = new URL(request.url);
  if (request.method === "POST" && pathname === "/order") return order(request);
  if (pathname.startsWith("/v1/") || pathname === "/healthz") {
    const { method, body } = request;
    const headers = { "content-type": request.headers.get("content-type") ?? "application/json" };
    const passed = await fetch(relay + pathname, { method, body, headers, duplex: "half" });
    // fetch has unpacked the body already.
    const kept = new Headers(passed.headers);
    for (const name of ["content-encoding", "content-length", "transfer-encoding"]) kept.delete(name);
    return new Response(passed.body, { status: passed.status, headers: kept });
  }
  return file(pathname);
}

const server = createServer(async (incoming, outgoing) => {
  try {
    const { method, headers, url } = incoming;
    const body = method === "POST" ? incoming : undefined;
    const request = new Request(`http://${headers.host}${url}`, { method, headers, body, duplex: "half" });
    const response = await answer(request);
    outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), "content-security-policy": policy });
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    console.error(error);
    outgoing.writeHead(502).end("The server could not answer.");
  }
});
server.listen(process.env.PORT ?? 3000, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
