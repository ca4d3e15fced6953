// Texts that are hard to read: each with its contrast.
const root = document.querySelector("backdrop-studio").shadowRoot;
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const parts = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const over = (top, below) => top.slice(0, 3).map((part, at) => (part * top[3] + below[at] * (255 - top[3])) / 255);
const light = (colour) => {
  const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (one, other) => {
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};
const chain = (one) => (one ? [...chain(one.parentElement), one] : []);
const faint = [];
for (const one of root.querySelectorAll("*")) {
  const text = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!text || !one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
  if (one.closest(".unseen, .pair, svg")) continue;
  let below = [255, 255, 255];
  let seen = 1;
  for (const each of chain(one)) {
    const style = getComputedStyle(each);
    below = over(parts(style.backgroundColor), below);
    seen *= Number(style.opacity);
  }
  const ink = parts(getComputedStyle(one).color);
  const found = ratio(over([...ink.slice(0, 3), ink[3] * seen], below), below);
  if (found < 4.5) faint.push(`${found.toFixed(2)}: ${one.localName} ${one.textContent.trim().slice(0, 40)}`);
}
return faint;
