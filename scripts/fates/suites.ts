import { spawn } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Suite } from "./alteration.ts";

/** An alteration may make a loop endless. */
const longestMs = 180_000;

/** Runs tests of a copy of the tree: the first that fails, which ends the run; undefined where all pass. */
export function failureIn(folder: string, { files, without = [], names }: Suite): Promise<string | undefined> {
  const quick = ["--reporter=dot", "--bail=1", "--pool=threads", "--no-isolate", "--maxWorkers=1"];
  const named = names === undefined ? [] : ["--testNamePattern", names];
  const left = without.flatMap((glob) => ["--exclude", glob]);
  const vitest = join(folder, "node_modules/.bin/vitest");
  return new Promise((resolve, reject) => {
    // Nothing of one run can reach the next: each is a process of its own.
    const child = spawn(vitest, ["run", ...quick, ...named, ...left, ...files], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      timeout: longestMs,
      killSignal: "SIGKILL",
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      const failed = /^ *FAIL +(.*)$/m.exec(stripVTControlCharacters(said))?.[1];
      resolve(code === 0 ? undefined : (failed ?? `${files.join(", ")} as a whole`));
    });
  });
}
