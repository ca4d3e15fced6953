const SIDE = 320;
const bytes = async (url) => {
  const reply = await fetch(url);
  return reply.ok && new Uint8Array(await reply.arrayBuffer());
};

/** Our engine with these weights: from the picture to the mask, edge colours included. */
async function engine(weights, pixels) {
  const { instance } = await WebAssembly.instantiate(await bytes("/engine.wasm"), {});
  const engine = instance.exports;
  const desk = engine.desk();
  const fill = (data) => {
    // First: the memory may move.
    const at = engine.room(desk, data.length);
    new Uint8Array(engine.memory.buffer, at, data.length).set(data);
  };
  fill(weights);
  if (engine.load(desk)) throw new Error("the weights do not load");
  const run = () => {
    if (engine.photo(desk, SIDE, SIDE, 1)) throw new Error("the photo is not taken");
    fill(pixels);
    engine.rows(desk);
    if (engine.find(desk, 1, 0)) throw new Error("nothing is found");
  };
  return { run, memory: () => (engine.memory.buffer.byteLength / 1e6).toFixed(1) };
}

/** The network alone, which is less. */
async function onnxruntime(pixels) {
  const ort = await import("/ort/ort.wasm.min.mjs");
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = "/ort/";
  const session = await ort.InferenceSession.create(await bytes("/u2netp.onnx"), { executionProviders: ["wasm"] });
  const values = new Float32Array(3 * SIDE * SIDE);
  for (let at = 0; at < SIDE * SIDE; at++) {
    values[at] = (pixels[4 * at] / 255 - 0.485) / 0.229;
    values[at + SIDE * SIDE] = (pixels[4 * at + 1] / 255 - 0.456) / 0.224;
    values[at + 2 * SIDE * SIDE] = (pixels[4 * at + 2] / 255 - 0.406) / 0.225;
  }
  return () => session.run({ [session.inputNames[0]]: new ort.Tensor("float32", values, [1, 3, SIDE, SIDE]) });
}

async function run() {
  const bitmap = await createImageBitmap(new Blob([await bytes("/picture.png")]));
  const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d");
  context.drawImage(bitmap, 0, 0, SIDE, SIDE);
  const pixels = context.getImageData(0, 0, SIDE, SIDE).data;

  const ours = await engine(await bytes("/u2netp.bin"), pixels);
  const weights = await bytes("/u2net.bin");
  const full = weights && (await engine(weights, pixels));
  const theirs = full ? full.run : await onnxruntime(pixels);

  const times = [[], []];
  for (let round = 0; round < 8; round++) {
    for (const [which, work] of [ours.run, theirs].entries()) {
      const start = performance.now();
      await work();
      if (round > 0) times[which].push(performance.now() - start);
    }
  }
  const [mine, others] = times.map((all) => Math.round(all.sort((a, b) => a - b)[3]));
  const found = { engine: mine, memory: ours.memory() };
  postMessage(full ? { ...found, full: { time: others, memory: full.memory() } } : { ...found, onnx: others });
}

run().catch((error) => postMessage({ error: String(error) }));
