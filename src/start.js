// Starts the page. Trunk would write this inline, which a strict Content-Security-Policy forbids.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
try {
  const { default: init } = await import(js);
  // Beside this file, whatever page it is on.
  await init({ module_or_path: new URL(wasm, import.meta.url) });
} catch (error) {
  const place = document.querySelector("backdrop-studio");
  if (place) {
    place.textContent = `Backdrop could not be loaded: ${error.message}. Reload the page. If that does not help, the site is set up wrongly or the browser is too old.`;
  }
  throw error;
}
