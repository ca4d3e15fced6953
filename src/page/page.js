// What only our own page has: this browser keeps it, so that it opens without a network, and says when
// there is a newer one. What stands in capitals is put in when the page is built.

// The studio comes first: what is kept for later waits until it stands.
const studio = document.querySelector("backdrop-studio");
studio.addEventListener("backdrop-ready", keep, { once: true });
// What is there to read meanwhile is no part of the studio's tag, which draws anew what it holds.
const first = document.querySelector("#first");
for (const end of ["backdrop-ready", "backdrop-error"]) studio.addEventListener(end, () => first.remove());

async function keep() {
  const workers = navigator.serviceWorker;
  // There are none where the page did not come by https, and none in some private windows.
  if (!workers) return;
  workers.addEventListener("message", async ({ data }) => data === VERSION || (await import("./newer.js")).tell());
  try {
    const registration = await workers.register(trusted("offline.js"));
    // A page may stay open for days.
    document.addEventListener("visibilitychange", () => document.hidden || registration.update().catch(() => {}));
  } catch (error) {
    console.info("This page is not kept for use without a network.", error);
  }
}

function trusted(name) {
  const url = new URL(name, import.meta.url).href;
  const policy = globalThis.trustedTypes?.createPolicy("backdrop-page", { createScriptURL: (url) => url });
  return policy?.createScriptURL(url) ?? url;
}
