// The room where things are kept is a file of its own, brought when it is first wanted.
// What stands in capitals is put in when the page is built.
let room;

async function enter() {
  const url = new URL(ROOM_NAME, import.meta.url).href;
  // `import()` takes no hash: the request before it is checked, and the browser answers the second
  // from its cache.
  const { ok } = await fetch(url, { integrity: ROOM_HASH });
  if (!ok) throw new Error("missing");
  return import(/* webpackIgnore: true */ /* @vite-ignore */ url);
}

// Calls one of the room's functions. A room that did not come is asked for again the next time.
export async function ask(what, values) {
  room ??= enter();
  room.catch(() => (room = undefined));
  return (await room)[what](...values);
}
