// The browser's database, whose stores are as `../store.rs` says. Files lie apart from what is said of
// them, so that a long list is read at once.
const VERSION = 1;
const STORES = ["pictures", "files", "queue", "drafts"];
const PATIENCE = 8_000; // milliseconds
let opening;

function open() {
  opening ??= new Promise((done, failed) => {
    const request = indexedDB.open("backdrop", VERSION);
    request.onupgradeneeded = () => {
      const { result: db } = request;
      for (const name of STORES) {
        if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, { keyPath: "id" });
      }
    };
    request.onsuccess = () => {
      const db = request.result;
      // A later version of the page in another tab wants it.
      db.onversionchange = () => db.close();
      done(db);
    };
    request.onerror = () => failed(request.error);
    request.onblocked = () => failed(new Error("blocked"));
  });
  opening.catch(() => (opening = undefined));
  return opening;
}

/**
 * Does `work` with the stores of these names in one transaction, and brings what the requests that it
 * returns found: one, or a list. Over only when all of it is on disk.
 */
export async function inStores(names, mode, work) {
  let transaction;
  try {
    transaction = (await open()).transaction(names, mode);
  } catch (error) {
    // Closed since: a person emptied the browser's storage, or another version wanted it.
    if (error.name !== "InvalidStateError") throw error;
    opening = undefined;
    transaction = (await open()).transaction(names, mode);
  }
  const over = new Promise((done, failed) => {
    transaction.oncomplete = done;
    transaction.onabort = () => failed(transaction.error ?? new Error("aborted"));
    // A private window of WebKit never says that it cannot store a file.
    setTimeout(failed, PATIENCE, new Error("too slow"));
  });
  let asked;
  try {
    asked = work(...names.map((name) => transaction.objectStore(name)));
  } catch (error) {
    // What was asked before it must not stay.
    over.catch(() => {});
    transaction.abort();
    throw error;
  }
  await over;
  return Array.isArray(asked) ? asked.map(({ result }) => result) : asked?.result;
}

// Steps: ["put", store, record] and ["delete", store, id].
export async function write(steps) {
  const names = [...new Set(steps.map(([, name]) => name))];
  if (!names.length) return;
  await inStores(names, "readwrite", (...stores) => {
    for (const [what, name, value] of steps) {
      stores[names.indexOf(name)][what](value);
    }
  });
  tell(names);
}

export const get = (name, id) => inStores([name], "readonly", (store) => store.get(id));

export const all = (name) => inStores([name], "readonly", (store) => store.getAll());

// In one transaction, so that no tab undoes what another has changed meanwhile.
export async function amend(name, id, fields) {
  const was = await inStores([name], "readwrite", (store) => {
    const request = store.get(id);
    request.onsuccess = () => {
      if (request.result) store.put({ ...request.result, ...fields });
    };
    return request;
  });
  if (was) tell([name]);
  return was;
}

// Which stores have changed, for every studio in every tab.
const CHANNEL = "backdrop";
let channel;
const tell = (names) => (channel ??= new BroadcastChannel(CHANNEL)).postMessage(names);

// Calls `then` when a store has changed, here or in another tab; what is given back ends that.
export function onChange(name, then) {
  const listener = new BroadcastChannel(CHANNEL);
  listener.onmessage = ({ data }) => data.includes(name) && then();
  return () => listener.close();
}
