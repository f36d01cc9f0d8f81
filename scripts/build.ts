/**
 * Compiles what runs into a package of its own: `src` and `generated` as JavaScript, with the manifest that is
 * published. Node takes types away only outside of node_modules, so sources cannot be what npm installs.
 *
 *   npm run build                # into dist/
 *   npm run build -- --out DIR   # into a folder that is new, empty or written by this script before
 */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildPackage, manifestName } from "./build/package.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { out: { type: "string", default: join(root, "dist") } } });
const out = resolve(values.out);

if (existsSync(out) && !existsSync(join(out, manifestName)) && readdirSync(out).length > 0) {
  console.error(`${values.out} holds files that this script did not write`);
  process.exitCode = 2;
} else {
  const started = performance.now();
  const files = buildPackage(root, out);
  console.log(`${files} files in ${values.out} (${Math.round(performance.now() - started)} ms)`);
}
