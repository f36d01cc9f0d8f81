import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./processes.ts";

/** The gateway that others are measured beside, and the second Node it is measured on. Exact: figures are of versions. */
const portkeyVersion = "1.15.2";
const otherNodeVersion = "22.23.3";

/** A Node by the path of its program. */
export interface Node {
  readonly version: string;
  readonly file: string;
}

/** What is measured with, and beside. */
export interface Tools {
  readonly portkey: { readonly version: string; readonly file: string };
  /** Those Portkey is run on; the better one counts. */
  readonly nodes: readonly Node[];
}

const installMs = 3 * 60_000;

/**
 * Sees to it that everything is there: wrk and nginx from Debian, Portkey and another Node from npm, in the folder.
 * Fails: rejects with what is missing and how to get it.
 */
export async function ensureTools(folder: string): Promise<Tools> {
  await ensurePrograms(["wrk", "nginx"]);
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const [portkey, other] = await Promise.all([
    ensurePackage(folder, "@portkey-ai/gateway", portkeyVersion),
    ensurePackage(folder, nodePackage, otherNodeVersion),
  ]);
  return {
    portkey: { version: portkeyVersion, file: join(portkey, "build/start-server.js") },
    nodes: [
      { version: process.versions.node, file: process.execPath },
      { version: otherNodeVersion, file: join(other, "bin/node") },
    ],
  };
}

async function ensurePrograms(names: readonly string[]): Promise<void> {
  const missing = await missingOf(names);
  if (missing.length === 0) return;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  console.log(`installing ${missing.join(" and ")}`);
  const apt = async (...words: readonly string[]): Promise<void> => {
    // In runlevel 1 Debian starts no service of what it installs: this nginx is for the bench alone.
    const settings = ["DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"];
    const [command = "", ...args] = [...asRoot, "env", ...settings, "apt-get", ...words];
    await run({ command, args, wholeEnvironment: true }, installMs);
  };
  try {
    await apt("update");
    await apt("install", "-y", "--no-install-recommends", ...missing);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`the bench needs ${missing.join(" and ")}: apt-get install ${missing.join(" ")} (${said})`);
  }
}

async function missingOf(names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map((name) => run({ command: "sh", args: ["-c", `command -v ${name}`] }, 5000).catch(() => "")),
  );
  return names.filter((_, at) => found[at] === "");
}

/** A package in a folder of its own, so that it meets none of the project's. */
async function ensurePackage(folder: string, name: string, version: string): Promise<string> {
  const home = join(folder, `${name.replace(/^@/, "").replace("/", "-")}-${version}`);
  const installed = join(home, "node_modules", name);
  if (existsSync(join(installed, "package.json"))) return installed;
  console.log(`installing ${name}@${version}`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), '{ "private": true }\n');
  const words = ["install", "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", `${name}@${version}`];
  await run({ command: "npm", args: words, cwd: home, wholeEnvironment: true }, installMs);
  return installed;
}
