// Resolves when the browser has nothing better to do.
export const idle = () => new Promise((done) => (globalThis.requestIdleCallback ?? setTimeout)(done));
