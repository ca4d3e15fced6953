// Small pictures in a list, read from the database when they are about to be seen.
import { get } from "./db.js";

const lists = new WeakMap(); // an element → what it takes

// Fills each `<img data-id>` in a list once it comes near, and presses `.more` then.
export function showSmall(list) {
  if (!lists.has(list)) {
    const urls = [];
    const near = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          near.unobserve(target);
          // What brings more of the list.
          if (target.localName === "button") target.click();
          else fill(target, urls).catch(() => {});
        }
      },
      { rootMargin: "200px" },
    );
    lists.set(list, { near, urls });
  }
  const { near } = lists.get(list);
  for (const one of list.querySelectorAll("img[data-id]:not([src]), button.more")) {
    near.unobserve(one);
    near.observe(one);
  }
}

async function fill(img, urls) {
  const files = await get("files", img.dataset.id);
  const blob = files?.small ?? files?.blob;
  if (!blob) return;
  const url = URL.createObjectURL(blob);
  urls.push(url);
  img.src = url;
}

// The list has gone.
export function hideSmall(list) {
  const { near, urls } = lists.get(list) ?? {};
  near?.disconnect();
  urls?.forEach((url) => URL.revokeObjectURL(url));
  lists.delete(list);
}
