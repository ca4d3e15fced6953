// What is kept is a list of plain values under a name.

export function keep(name, values) {
  try {
    localStorage.setItem(name, JSON.stringify(values));
  } catch {
    // No storage, or a full one: what is under way is waited for all the same.
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // There is no storage.
  }
}

// All whose name starts so, as [name, values].
export function all(start) {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(start));
    return names.map((name) => [name, read(name)]);
  } catch {
    return [];
  }
}

function read(name) {
  try {
    return Array.from(JSON.parse(localStorage.getItem(name)));
  } catch {
    return [];
  }
}

// Says to other tabs that this page is at work on something, until it ends, however it ends. On
// plain http, where there are no locks, it says nothing.
export function hold(name) {
  const given = new AbortController();
  let release = () => given.abort();
  const held = () => new Promise((done) => (release = done));
  navigator.locks?.request(name, { signal: given.signal }, held).catch(() => {});
  return () => release();
}

export async function isHeld(name) {
  const { held } = (await navigator.locks?.query()) ?? {};
  return !!held?.some((lock) => lock.name === name);
}
