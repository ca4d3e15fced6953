// Zip files, written without compression, as pictures have theirs, and read by their directory: both
// piece by piece, so that forty pictures are never in memory together.
import { downloadZip } from "client-zip";
import { unzip as read } from "unzipit";

// A zip of files, each { name, blob }, in their order; no two of one name.
export async function zip(files) {
  const lastModified = new Date();
  const parts = files.map(({ name, blob }) => ({ name, input: blob, size: blob.size, lastModified }));
  const bytes = await downloadZip(parts).blob();
  return new Blob([bytes], { type: "application/zip" });
}

// What is in a zip: by name, a function that brings its bytes as a blob of this type. Throws for what
// is no zip.
export async function unzip(file) {
  const { entries } = await read(file);
  const files = Object.values(entries).filter(({ isDirectory }) => !isDirectory);
  return new Map(files.map((entry) => [entry.name, (type) => entry.blob(type)]));
}
