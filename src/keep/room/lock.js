// Takes a lock that no other page holds: brings what gives it back, or nothing where it is held. It
// goes with the page. Where the browser has no locks, as on plain http, nobody gets one.
export const take = (name) =>
  new Promise((done) => {
    const held = (lock) => (lock ? new Promise((release) => done(() => release())) : done());
    const asked = navigator.locks?.request(name, { ifAvailable: true }, held) ?? Promise.reject();
    asked.catch(() => done());
  });

// Until nobody holds it.
export const whenFree = (name) => navigator.locks.request(name, () => {});
