/**
 * Shows that the fate tables cannot lie: alters entries of the tables and lines of the translators, one at a time, and
 * requires the type check or the suite to notice each.
 *
 *   npm run prove:fates                # all of them, some minutes
 *   npm run prove:fates -- --only n    # those whose name holds "n"
 *
 * The tree itself is not touched: every worker alters a copy of its own under .cache/.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Alteration } from "./fates/alteration.ts";
import { alterationsOf } from "./fates/alterations.ts";

const root = join(import.meta.dirname, "..");
const workers = 2;

const { values } = parseArgs({ options: { only: { type: "string" } } });
const alterations = alterationsOf(root).filter(({ name }) => name.includes(values.only ?? ""));
const queue = [...alterations.entries()];
const unnoticed: string[] = [];

await Promise.all(Array.from({ length: workers }, (_, worker) => work(join(root, ".cache", `prove-fates-${worker}`))));

const total = alterations.length;
console.log(`\n${total} altered one at a time, ${total - unnoticed.length} noticed`);
for (const name of unnoticed) console.log(`  not noticed: ${name}`);
process.exitCode = unnoticed.length > 0 || total === 0 ? 1 : 0;

async function work(copy: string): Promise<void> {
  prepare(copy);
  const sound = await noticedBy(copy);
  if (sound !== undefined) throw new Error(`the unaltered tree does not pass: ${sound}`);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [index, alteration] = next;
    const restore = apply(copy, alteration);
    const by = await noticedBy(copy);
    restore();
    if (by === undefined) unnoticed.push(alteration.name);
    console.log(`${String(index + 1).padStart(3)}/${alterations.length}  ${by ?? "NOT NOTICED"}  ${alteration.name}`);
  }
}

function prepare(copy: string): void {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const entry of [
    "src",
    "test",
    "scripts",
    "specs",
    "generated",
    "package.json",
    "tsconfig.json",
    "vitest.config.ts",
  ]) {
    cpSync(join(root, entry), join(copy, entry), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

function apply(copy: string, { file, text, becomes }: Alteration): () => void {
  const path = join(copy, file);
  const before = readFileSync(path, "utf8");
  writeFileSync(
    path,
    before.replace(text, () => becomes),
  );
  return () => writeFileSync(path, before);
}

/** Who notices that something is wrong; undefined when nobody does. The quicker one is asked first. */
async function noticedBy(copy: string): Promise<string | undefined> {
  const suite = ["test/fates", "test/dialects"];
  if (!(await passes(copy, ["vitest", "run", "--reporter=dot", "--bail=1", ...suite]))) return "suite     ";
  if (!(await passes(copy, ["tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", ".tsbuildinfo"])))
    return "type check";
  return undefined;
}

function passes(cwd: string, [tool = "", ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, "node_modules/.bin", tool), args, { cwd, stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code === 0));
  });
}
