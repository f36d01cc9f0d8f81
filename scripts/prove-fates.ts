/**
 * Shows that the fate tables cannot lie: alters entries of the tables and lines of the translators, one at a time, and
 * requires the type check or the suites to notice each.
 *
 *   npm run prove:fates                    # all of them, some minutes
 *   npm run prove:fates -- --only openai   # those whose name holds "openai": a dialect, a field, a line's new kind
 *
 * The tree itself is not touched: every worker alters a copy of its own under .cache/.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Alteration, altered } from "./fates/alteration.ts";
import { type Subject, subjectsOf } from "./fates/alterations.ts";
import { failureIn } from "./fates/suites.ts";
import { createTypeCheck } from "./fates/type-check.ts";

const root = join(import.meta.dirname, "..");
const workers = Math.max(2, Math.min(8, availableParallelism()));

/** One alteration to be tried. */
interface Task {
  readonly name: string;
  readonly subject: Subject;
  readonly alteration: Alteration;
}

const { values } = parseArgs({ options: { only: { type: "string" } } });
const begun = performance.now();

const copies = Array.from({ length: workers }, (_, worker) => join(root, ".cache", `prove-fates-${worker}`));
for (const copy of copies) prepare(copy);
// Alterations and copies are of one moment, whatever happens to the tree in the meantime.
const [first = root] = copies;
const subjects = subjectsOf((file) => readFileSync(join(first, file), "utf8"));
const tasks = subjects.flatMap((subject) =>
  subject.alterations.map((alteration): Task => ({ name: `${subject.name}: ${alteration.name}`, subject, alteration })),
);
const wanted = tasks.filter(({ name }) => name.includes(values.only ?? ""));
const types = createTypeCheck(first);
const problem = types.problem();
if (problem !== undefined) throw new Error(`the unaltered tree does not compile: ${problem}`);
await mustBeSound();

const queue = [...wanted.entries()];
const unnoticed: string[] = [];
await Promise.all(copies.map(work));

const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
console.log(
  `\n${wanted.length} altered one at a time, ${wanted.length - unnoticed.length} noticed, in ${minutes} minutes`,
);
for (const name of unnoticed) console.log(`  not noticed: ${name}`);
process.exitCode = unnoticed.length > 0 || wanted.length === 0 ? 1 : 0;

/** Suites that fail by themselves would notice anything. */
async function mustBeSound(): Promise<void> {
  const waiting = [...new Set(wanted.map(({ subject }) => subject))].flatMap((subject) => subject.suites);
  const check = async (copy: string): Promise<void> => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
      const failure = await failureIn(copy, suite);
      if (failure !== undefined) throw new Error(`the unaltered tree does not pass ${failure}`);
    }
  };
  await Promise.all(copies.map(check));
}

async function work(copy: string): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [index, task] = next;
    const by = await noticedBy(copy, task);
    if (by === undefined) unnoticed.push(task.name);
    console.log(`${String(index + 1).padStart(3)}/${wanted.length}  ${task.name}\n         ${by ?? "NOT NOTICED"}`);
  }
}

/** Who notices that something is wrong; undefined when nobody does. The quicker ones are asked first. */
async function noticedBy(copy: string, { subject, alteration }: Task): Promise<string | undefined> {
  if (types.notices(alteration, "file")) return "type check";
  const { first: likely } = alteration;
  const restore = apply(copy, alteration);
  try {
    for (const suite of [...(likely === undefined ? [] : [likely]), ...subject.suites]) {
      const failure = await failureIn(copy, suite);
      if (failure !== undefined) return failure;
    }
  } finally {
    restore();
  }
  return types.notices(alteration, "tree") ? "type check" : undefined;
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

function apply(copy: string, alteration: Alteration): () => void {
  const path = join(copy, alteration.file);
  const before = readFileSync(path, "utf8");
  writeFileSync(path, altered(before, alteration));
  return () => writeFileSync(path, before);
}
