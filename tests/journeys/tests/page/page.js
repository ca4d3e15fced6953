const studio = document.querySelector("backdrop-studio");
const root = studio.attachShadow({ mode: "open" });
root.innerHTML = `
  <p id="drop">Drop here</p>
  <input id="file" type="file" multiple hidden>
  <textarea></textarea>
  <button id="save">Save</button>
  <button id="breach">Breach</button>
  <button id="error">Error</button>
  <button id="ask">Ask</button>
  <output></output>`;
const $ = (css) => root.querySelector(css);
const say = (text) => { $("output").textContent = text; };
const list = (how, files) => say(how + [...files].map((f) => ` ${f.name} ${f.size} ${f.type}`));

const drop = $("#drop");
drop.addEventListener("dragenter", (event) => { event.preventDefault(); drop.classList.add("over"); });
drop.addEventListener("dragover", (event) => event.preventDefault());
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  list("dropped", event.dataTransfer.files);
});
$("#file").addEventListener("change", (event) => list("picked", event.target.files));
$("textarea").addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") say(`sent ${event.target.value}`);
});
$("#save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["saved"], { type: "text/plain" }));
  link.download = "saved.txt";
  link.click();
});
$("#breach").addEventListener("click", () => {
  drop.setAttribute("style", "color: red");
  const script = document.createElement("script");
  script.textContent = "document.title = 'breached'";
  document.head.append(script);
});
$("#error").addEventListener("click", () => console.error("it went wrong"));
$("#ask").addEventListener("click", async () => {
  const [address, seed, patience] = $("textarea").value.split(" ");
  let reply;
  try {
    reply = await fetch(address, {
      method: "POST",
      headers: { "x-api-key": "SG_mine", "content-type": "application/json" },
      body: JSON.stringify({ seed: Number(seed) }),
      signal: patience ? AbortSignal.timeout(Number(patience)) : undefined,
    });
    const bytes = await reply.arrayBuffer();
    say(`${reply.status} ${reply.headers.get("content-type")} ${bytes.byteLength > 0}`
      + ` reset ${reply.headers.get("x-rate-limit-reset-at-utc") > 1e9}`);
  } catch (error) {
    say(`failed ${error.name} after ${reply?.status ?? "nothing"}`);
  }
});
