// What stands in capitals is put in when the page is built: names, hashes and sizes of the files.
// Each `new URL(…, import.meta.url)` is written out where it is used: this is how bundlers find the
// files that belong to a module.

/**
 * A file of ours: `beside` is its address beside this script, `base` the folder where it is
 * instead, `attempt` counts from 0.
 */
export function file(name, beside, hash, { base, attempt }) {
  const url = base === null ? beside : new URL(name, new URL(base, document.baseURI));
  // A browser keeps a module that failed, and a cache a file that is wrong: by this name it has neither.
  if (attempt) url.searchParams.set("attempt", attempt);
  return { name: name.replace("./", ""), url, hash };
}
