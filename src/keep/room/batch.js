// A relay's batches (docs/relay.md): photos are handed over, and their pictures are collected later.
const streams = new Map();

const said = async (response) => {
  if (!response.ok) throw new Error(response.status);
  return response.json();
};

// Begins one at this place; its own address.
export async function beginBatch(place, name) {
  const headers = { "content-type": "application/json", "idempotency-key": name };
  const { id } = await said(await fetch(place, { method: "POST", headers, body: "{}" }));
  return `${place}/${id}`;
}

// Hands a photo over, as the request that it would be. Whether it was taken; throws where nobody knows.
export async function putItem(url, body) {
  const headers = { "content-type": "application/json" };
  const { ok, status } = await fetch(url, { method: "PUT", headers, body });
  if (status > 499 || status === 429) throw new Error(status);
  return ok;
}

// All that it has: { number, status, error }. Nothing where there is no such batch any more.
export async function batchItems(batch) {
  const all = [];
  for (;;) {
    const response = await fetch(`${batch}/items?from=${all.length}&count=1000`);
    if (response.status === 404) return null;
    const { items } = await said(response);
    all.push(...items);
    if (items.length < 1000) return all;
  }
}

// Until something has changed since the last time that this was asked. Throws where the stream ends.
export function nextEvent(batch) {
  const stream = streams.get(batch) ?? open(batch);
  return new Promise((done, failed) => {
    const look = () => {
      if (stream.changed) {
        stream.changed = false;
        done();
      } else if (stream.source.readyState === EventSource.CLOSED) {
        streams.delete(batch);
        failed(new Error("closed"));
      } else {
        stream.wake = look;
      }
    };
    look();
  });
}

function open(batch) {
  const stream = { source: new EventSource(`${batch}/events`), changed: false, wake() {} };
  const change = () => {
    stream.changed = true;
    stream.wake();
  };
  stream.source.addEventListener("progress", change);
  stream.source.addEventListener("done", () => {
    stream.source.close();
    change();
  });
  stream.source.addEventListener("error", () => stream.wake());
  streams.set(batch, stream);
  return stream;
}
