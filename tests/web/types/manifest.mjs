// Holds custom-elements.json against its schema.
import Ajv from "ajv";
import { readFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const schema = read(new URL(import.meta.resolve("custom-elements-manifest/schema.json")));
const check = new Ajv({ allErrors: true, strict: false, validateSchema: false }).compile(schema);
const manifest = read(process.argv[2]);
if (!check(manifest)) {
  console.error(check.errors);
  process.exit(1);
}
