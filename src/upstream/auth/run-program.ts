import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { codeOf } from "../failure.ts";

/** What a program printed, or why that is not to be had, as the end of a sentence about it. */
export type Ended = { readonly stdout: string } | { readonly problem: string; readonly stderr: string };

/** What a program may take. */
export interface ProgramLimits {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

const maxStderrLength = 4_096;
/** A program that is done may leave something behind that holds on to its output, as an agent. It is not waited for. */
const afterExitMs = 250;
const isWindows = process.platform === "win32";

/**
 * Runs a program without a shell, without input, and in a process group of its own, so that its end is the end of all
 * it started.
 *
 * Fails: never; resolves to a problem. No argument is in it: arguments may be secrets.
 */
export function runProgram(argv: readonly string[], limits: ProgramLimits): Promise<Ended> {
  const [file = "", ...args] = argv;
  try {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], detached: !isWindows, windowsHide: true });
    return watch(child, limits);
  } catch {
    // Some failures are thrown on the spot: an argument too long, or with a NUL in it.
    return Promise.resolve({ problem: "could not be started", stderr: "" });
  }
}

function watch(child: Child, { timeoutMs, maxOutputBytes }: ProgramLimits): Promise<Ended> {
  return new Promise((resolve) => {
    const printed: Buffer[] = [];
    let bytes = 0;
    let stderr = "";
    let lingering: NodeJS.Timeout | undefined;
    const end = (problem?: string): void => {
      clearTimeout(timer);
      clearTimeout(lingering);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(problem === undefined ? { stdout: Buffer.concat(printed).toString("utf8") } : { problem, stderr });
    };
    const kill = (problem: string): void => {
      killGroup(child);
      end(problem);
    };
    const timer = setTimeout(() => kill(`did not finish within ${timeoutMs} ms`), timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxOutputBytes) kill("printed far more than a token");
      else printed.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString("utf8")).slice(0, maxStderrLength);
    });
    child.on("error", (error) => end(notStarted(error)));
    child.on("exit", (code, signal) => {
      const done = (): void => end(howItEnded(code, signal));
      lingering = setTimeout(done, afterExitMs);
      child.on("close", done);
    });
  });
}

function killGroup(child: Child): void {
  if (child.pid === undefined) return;
  try {
    if (isWindows) child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

function notStarted(error: unknown): string {
  const code = codeOf(error);
  if (code === "ENOENT") return "was not found";
  return code === "EACCES" ? "may not be executed" : "could not be started";
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  if (code === 0) return undefined;
  return code === null ? `was ended by ${signal ?? "a signal"}` : `ended with exit code ${code}`;
}
