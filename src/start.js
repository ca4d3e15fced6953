// Starts the page. Trunk would write this inline, which a strict Content-Security-Policy forbids.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
try {
  const { default: init } = await import(js);
  await init({ module_or_path: wasm });
} catch (error) {
  document.querySelector("#loading").textContent =
    `Backdrop could not be loaded: ${error.message}. Reload the page; if that does not help, the site is misconfigured or the browser too old.`;
  throw error;
}
