/**
 * Measures every figure of bench/README.md in one run, beside what it is held against, and writes bench/RESULTS.md.
 * What it needs it installs into .cache/bench. Everything listens on loopback, and is gone at the end.
 *
 *   npm run bench                     # all, about twenty-three minutes
 *   npm run bench -- --quick          # all, in four minutes, with figures to match; writes no page
 *   npm run bench -- --only streams   # one group, several times for several; writes no page
 *   npm run bench -- --rounds 11
 *   npm run bench -- --check          # exit code 1 where a target is missed
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureAgent } from "./bench/groups/agent.ts";
import { measureLedger } from "./bench/groups/ledger.ts";
import { measureMemory } from "./bench/groups/memory.ts";
import { measurePaced } from "./bench/groups/paced.ts";
import { measureStartup } from "./bench/groups/startup.ts";
import { measureLatency, measureStreams, measureUnary } from "./bench/groups/throughput.ts";
import { killAll, stopAll } from "./bench/processes.ts";
import { describeMachine, toPage } from "./bench/report.ts";
import { chooseGroups, type Group, isMet, type Measured, nameOf, rows } from "./bench/rows.ts";
import { type Effort, type Setting, setUp } from "./bench/setting.ts";
import { toCells, toColumns } from "./bench/table.ts";
import { ensureTools } from "./bench/tools.ts";
import { buildPackage } from "./build/package.ts";

const root = join(import.meta.dirname, "..");
const cache = join(root, ".cache/bench");
const longestMs = 40 * 60_000;
/** Files of this run, and the package it measures. */
const folder = join(cache, `run-${process.pid}`);
const built = join(folder, "package");

/** How each group is measured. */
const measures: Readonly<Record<Group, (setting: Setting) => Promise<readonly Measured[]>>> = {
  unary: measureUnary,
  streams: measureStreams,
  latency: measureLatency,
  paced: measurePaced,
  ledger: measureLedger,
  agent: measureAgent,
  memory: measureMemory,
  startup: measureStartup,
};

const quickly: Effort = { rounds: 2, seconds: 1, warmUpSeconds: 1, requests: 20_000, idleStreams: 200 };
const properly: Effort = { rounds: 7, seconds: 4, warmUpSeconds: 3, requests: 200_000, idleStreams: 1000 };

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    rounds: { type: "string" },
  },
});
const effort = options.quick ? quickly : properly;
const rounds = options.rounds === undefined ? effort.rounds : Number(options.rounds);
const asked = chooseGroups(options.only);

if (typeof asked === "string") {
  console.error(asked);
  process.exitCode = 2;
} else if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds ${options.rounds}: expected a number of rounds`);
  process.exitCode = 2;
} else {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
  // However it ends: nothing goes on running, and no log stays.
  process.once("exit", () => {
    killAll();
    rmSync(folder, { recursive: true, force: true });
  });
  const patience = setTimeout(() => {
    console.error("the bench takes too long");
    process.exit(1);
  }, longestMs);
  await bench(asked, { ...effort, rounds }).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
  await stopAll();
  clearTimeout(patience);
}

async function bench(groups: ReadonlySet<Group>, wanted: Effort): Promise<void> {
  const started = performance.now();
  mkdirSync(cache, { recursive: true });
  const tools = await ensureTools(cache);
  buildPackage(root, built);
  const setting = await setUp({ root, folder, tools, effort: wanted, built: join(built, "specgate.js") });
  const { measured, unmeasured } = await measureAll(groups, setting);
  const cells = toCells(measured, groups, unmeasured);
  console.log(`\n${toColumns(cells)}\n`);
  for (const one of measured) if (one.note !== undefined) console.log(`${nameOf(one)}: ${one.note}`);
  const missed = measured.filter(({ row, value }) => !isMet(rows[row].target, value));
  if (options.check && missed.length > 0) process.exitCode = 1;
  // A page holds all figures of one proper run, or it is not written.
  if (options.quick || options.only.length > 0) return;
  const date = new Date().toISOString().slice(0, 10);
  const minutes = Math.round((performance.now() - started) / 60_000);
  const findings = { date, machine: describeMachine(), tools, effort: wanted, minutes, cells, measured };
  writeFileSync(join(root, "bench/RESULTS.md"), toPage(findings));
}

/** One group after the other. One that breaks does not take the others with it; the exit code tells. */
async function measureAll(groups: ReadonlySet<Group>, setting: Setting) {
  const measured: Measured[] = [];
  const unmeasured = new Map<Group, string>();
  for (const group of groups) {
    const measure = measures[group];
    const started = performance.now();
    try {
      measured.push(...(await measure(setting)));
    } catch (error) {
      unmeasured.set(group, "broken");
      console.error(`${group}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
    console.log(`${group.padEnd(8)} ${Math.round((performance.now() - started) / 1000)} s`);
  }
  return { measured, unmeasured };
}
