// What a visitor reads before the studio is there, or when it cannot come: what happened, and what
// to do. The studio's other texts are in Rust, beside this file.

export const LOADING = "Loading Backdrop…";
export const AGAIN = "Try again";

/** By reason: `[title, remedy, whether trying again can help]`. */
export const failures = {
  file: () => [
    "This page was opened from disk",
    "Browsers load no WebAssembly from file: addresses. Put the folder on a web server, also one on your own machine, and open the page there.",
    false,
  ],
  network: ({ file }) => [
    `${file} did not arrive`,
    "You may be offline, or the server does not answer. Check the connection, then try again.",
    true,
  ],
  missing: ({ file, status }) => [
    `${file} is not on the server (status ${status})`,
    "The site’s owner can help: all files of the package belong into one folder with backdrop-studio.js, or where the attribute base says.",
    true,
  ],
  type: ({ file, type }) => [
    `The server sent ${type || "no type"} in place of ${file}`,
    "The site’s owner can help: the file may be missing, or the server must send .js as text/javascript and .wasm as application/wasm.",
    true,
  ],
  cors: ({ file, origin }) => [
    `${origin} does not let this page read ${file}`,
    "The site’s owner can help: that server must send Access-Control-Allow-Origin, or the files must lie on this page’s own server.",
    true,
  ],
  policy: ({ file, needs }) => [
    `This page’s Content-Security-Policy stopped ${file}`,
    `The site’s owner can help: the policy needs ${needs}.`,
    false,
  ],
  integrity: ({ file }) => [
    `${file} was changed, so it was not run`,
    "Reload the page. If that does not help, the site’s owner must put the whole package on the server again.",
    true,
  ],
  unsupported: () => [
    "This browser cannot run Backdrop",
    "It needs WebAssembly, and Chrome 125, Firefox 126, Safari 17.4 or later. If the browser is new enough, a setting such as Lockdown Mode turns WebAssembly off.",
    false,
  ],
  start: ({ cause }) => ["Backdrop did not start", `Reload the page. The reason given: ${cause}`, true],
};
