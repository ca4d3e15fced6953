// Resolves when the browser has nothing better to do, and on a page that never rests a second later.
export const idle = () =>
  new Promise((done) => globalThis.requestIdleCallback?.(done, { timeout: 1_000 }) ?? setTimeout(done));
