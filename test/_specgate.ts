import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished, type TestContext } from "vitest";
import { secretIn } from "./_canary.ts";
import { root } from "./_repository.ts";

/** The entry of the command line. */
export const specgate: string = join(root, "src/specgate.js");

/** A command that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is started. */
export interface Start {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that runs. */
export interface Running {
  /** Standard output so far. */
  readonly stdout: () => string;
  /** Waits until standard output holds a text. Fails when the command ends before. */
  readonly until: (text: string) => Promise<void>;
  /** Asks it to end, unless it has, and waits for that. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>;
}

/** Runs `specgate` to its end. */
export function runSpecgate(args: readonly string[], start: Start = {}): Promise<Ended> {
  return end(spawnNode([specgate, ...args], start));
}

/** Runs a module under this Node. */
export function runModule(file: string, start: Start = {}): Promise<Ended> {
  return end(spawnNode([file], start));
}

/** Runs a line of shell to its end. */
export function runShell(line: string, start: Start = {}): Promise<Ended> {
  return end(spawn("sh", ["-c", line], optionsOf(start)));
}

/** Starts `specgate` and leaves it running. Whoever starts it stops it. */
export function startSpecgate(args: readonly string[], start: Start = {}): Running {
  const child = spawnNode([specgate, ...args], start);
  const ended = end(child);
  let stdout = "";
  child.stdout?.on("data", (text: string) => {
    stdout += text;
  });
  return {
    stdout: () => stdout,
    until: async (text) => {
      while (!stdout.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${(await ended).stderr}${stdout}`);
        await sleep(20);
      }
    },
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

/** As {@link startSpecgate}; ended with the test at the latest. */
export function startForTest(args: readonly string[], start: Start = {}): Running {
  const running = startSpecgate(args, start);
  onTestFinished(async () => {
    await running.stop("SIGKILL");
  });
  return running;
}

function spawnNode(args: readonly string[], start: Start): ChildProcess {
  return spawn(process.execPath, args, optionsOf(start));
}

function optionsOf({ cwd = root, env = {} }: Start): SpawnOptions {
  // Nothing of the machine's own settings, but what programs need to be found.
  const clean = { PATH: process.env["PATH"] ?? "", HOME: tmpdir(), NO_COLOR: "1", ...env };
  return { cwd, env: clean, stdio: ["ignore", "pipe", "pipe"] };
}

/** Waits for the end. Fails also when a secret of any test was printed. */
function end(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const shown = secretIn(`${stdout}\n${stderr}`);
      if (shown === undefined) resolve({ code, stdout, stderr });
      else reject(new Error(`the command printed a secret: ${shown}`));
    });
  });
}

/** Waits until a gateway says it is healthy. */
export async function untilHealthy(url: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(20);
  }
  throw new Error(`${url} is not healthy after ten seconds`);
}

/**
 * A port that nobody listens on, now. Not one of those that systems give away by themselves: between now and its use
 * another test might be given it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** A folder of its own. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "specgate-"));
}

/** Skips a test on a machine without curl; where CI is set it fails instead. */
export function needCurl(context: TestContext): void {
  if (spawnSync("curl", ["--version"]).status === 0) return;
  if (process.env["CI"] === "true") throw new Error("CI needs curl");
  context.skip("this machine has no curl");
}
