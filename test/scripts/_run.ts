import { execFile } from "node:child_process";
import { join } from "node:path";

/** What a script left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of this repository as a process of its own, to its end. */
export function runScript(script: string, args: readonly string[]): Promise<Outcome> {
  const file = join(import.meta.dirname, "../../scripts", script);
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}
