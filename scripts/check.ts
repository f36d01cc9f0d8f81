/**
 * Everything that a change must pass, in one command: a line per step, the output of a step only where it fails.
 * All steps run, also after a failure.
 *
 *   npm run check                  # all
 *   npm run check -- format lint   # some
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** The npm scripts of each step, in the order they run. */
const steps: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ["format", [["check:format"]]],
  ["lint", [["check:lint"]]],
  ["types", [["generate"], ["check:types"]]],
  ["specs", [["check:specs"]]],
  ["tests", [["test", "--", "--exclude", "test/docs.test.ts", "--exclude", "test/repository.test.ts"]]],
  ["docs", [["check:docs"]]],
]);

const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !steps.has(name));
if (unknown === undefined) await check(chosen.length > 0 ? chosen : [...steps.keys()]);
else {
  console.error(`no step called ${unknown}; there are ${[...steps.keys()].join(", ")}`);
  process.exitCode = 2;
}

async function check(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const started = performance.now();
    const { ok, output } = await runStep(steps.get(name) ?? []);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(6)}  ${seconds.padStart(6)} s`);
    if (ok) continue;
    console.log(`\n${output.trimEnd()}\n`);
    process.exitCode = 1;
  }
}

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

async function runStep(scripts: readonly (readonly string[])[]): Promise<Outcome> {
  for (const script of scripts) {
    const outcome = await runScript(script);
    if (!outcome.ok) return outcome;
  }
  return { ok: true, output: "" };
}

/** Runs an npm script; both of its outputs are one, in the order they were written. */
function runScript(script: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn("npm", ["run", "--silent", ...script], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const pieces: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => pieces.push(text));
    }
    child.once("error", (error) => resolve({ ok: false, output: String(error) }));
    child.once("close", (code) => resolve({ ok: code === 0, output: pieces.join("") }));
  });
}
