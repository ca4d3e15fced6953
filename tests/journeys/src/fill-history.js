// Fills the history: the room's file, how many, and how many bytes each says that it takes.
const [room, count, bytes] = arguments;
window.__filled = false;
(async () => {
  const { write } = await import(new URL(room, document.baseURI));
  const canvas = new OffscreenCanvas(64, 48);
  const context = canvas.getContext("2d");
  const steps = [];
  for (let at = 0; at < count; at++) {
    context.fillStyle = `hsl(${at * 7}deg 70% 50%)`;
    context.fillRect(0, 0, 64, 48);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    const id = `kept-${at}`;
    const entry = {
      id, bytes, at: Date.UTC(2026, 0, 1) + at * 60_000, name: `${id}.png`, seed: at, took: 1_200 + at, width: 64,
      height: 48, endpoint: "https://a.example/v1/x", parameters: { prompt: `a scene, the ${at}th` }, maker: "provider",
      favourite: false,
    };
    steps.push(["put", "pictures", entry], ["put", "files", { id, blob, small: blob }]);
    if (steps.length > 200) await write(steps.splice(0));
  }
  await write(steps);
  window.__filled = true;
})();
