import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../load.ts";
import type { Locate } from "./oracle.ts";

/**
 * Fetches one exact version of a package into a folder, once, from where npm is set up to fetch packages.
 *
 * Fails: npm or tar cannot do it. What they left half done is not taken for the package.
 */
export function fetchInto(folder: string, npm = "npm"): Locate {
  return ({ name }, version) => {
    const target = join(folder, `${name.replaceAll("/", "+")}@${version}`);
    if (existsSync(target)) return target;
    const work = `${target}.part`;
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    const options: ExecFileSyncOptions = { cwd: work, stdio: ["ignore", "ignore", "pipe"], timeout: 600_000 };
    execFileSync(npm, ["pack", "--silent", "--ignore-scripts", `${name}@${version}`], options);
    const archive = readdirSync(work).find((file) => file.endsWith(".tgz"));
    if (archive === undefined) throw new Error(`npm did not fetch ${name} ${version}`);
    execFileSync("tar", ["-xzf", archive], options);
    renameSync(join(work, "package"), target);
    rmSync(work, { recursive: true });
    return target;
  };
}

/** Packages too heavy for `npm ci`, in a folder that git ignores. */
export const fetched: Locate = fetchInto(join(root, ".cache/specs"));
