import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { type CommandDef, defineCommand } from "citty";
import type { Environment } from "../config/config.ts";
import { formatMistake } from "../config/mistakes.ts";
import { type Imported, importLiteLLM } from "../import/litellm/index.ts";
import type { Output } from "./check.ts";
import { failing } from "./failure.ts";
import { importText } from "./import-text.ts";

const args = {
  from: { type: "positional", description: "What the file is a config of: litellm.", required: false },
  file: { type: "positional", description: "The file to read.", required: false },
  out: { type: "string", description: "Where to write the new file. Without it, to standard output." },
  force: { type: "boolean", description: "Write over a file that is there." },
  json: { type: "boolean", description: "Print one JSON object instead of lines for people." },
  database: {
    type: "string",
    description: "Instead of a file, LiteLLM's PostgreSQL database: env:NAME of a variable.",
  },
  into: { type: "string", description: "The routes.yaml whose database it goes into.", default: "routes.yaml" },
  keys: { type: "boolean", description: "Of the database: keys, users, teams and end users alone." },
  spend: { type: "boolean", description: "Of the database: what they spent too. It is so unless --keys is said." },
} as const;

const usage = `usage: specgate import litellm FILE [--out ROUTES.YAML] [--force] [--json]
       specgate import litellm --database env:NAME [--into ROUTES.YAML] [--keys] [--spend] [--json]`;

/** Whose configs can be read. */
const sources: readonly string[] = ["litellm"];

/**
 * `specgate import litellm --database env:NAME`: see src/cli/import-database.ts.
 *
 * `specgate import litellm FILE [--out F] [--force] [--json]`: a routes.yaml from a config of LiteLLM's proxy, and an
 * account of every line. Without `--out` the file goes to standard output and the account to standard error; with
 * `--json` both are in one object.
 *
 * Exit code: 0 written, also where something was left out; 1 the file is no config of LiteLLM's or cannot be read, no
 * model of it can be carried over, or there is a file already; 2 wrong usage.
 */
export function createImportCommand(
  env: Environment,
  out: Output = process.stdout,
  errors: Output = process.stderr,
): CommandDef<typeof args> {
  return defineCommand({
    meta: { name: "import", description: "Make a routes.yaml from a LiteLLM config, or take over its keys." },
    args,
    run: async ({ args: { from, file, out: target, force, json, database, into, keys, spend } }) => {
      if (database !== undefined && from === "litellm" && file === undefined && target === undefined) {
        const withSpend = spend === true || keys !== true;
        const options = { database, into, spend: withSpend, json: json === true };
        await failing(errors, async () => (await import("./import-database.ts")).importDatabase(options, env, out));
        return;
      }
      if (database !== undefined || from === undefined || file === undefined || !sources.includes(from)) {
        const wrong = from !== undefined && !sources.includes(from) ? `unknown source '${from}'\n` : "";
        errors.write(`${wrong}${usage}\n`);
        process.exitCode = 2;
        return;
      }
      const read = await readText(file);
      if (typeof read !== "object") {
        fail(json === true, file, read, out, errors);
        return;
      }
      const imported = importLiteLLM(read.text, basename(file));
      if (!("routes" in imported)) {
        process.exitCode = 1;
        if (json === true) out.write(toJson(file, target, imported));
        else errors.write(`${importText(imported.lines, [], file, undefined)}${mistakesText(imported, file)}`);
        return;
      }
      const refused = await write(imported.routes, target, force === true);
      if (refused !== undefined) {
        fail(json === true, target ?? file, refused, out, errors);
        return;
      }
      process.exitCode = 0;
      if (json === true) {
        out.write(toJson(file, target, imported));
        return;
      }
      if (target === undefined) out.write(imported.routes);
      (target === undefined ? errors : out).write(importText(imported.lines, imported.variables, file, target));
    },
  });
}

function fail(json: boolean, file: string, message: string, out: Output, errors: Output): void {
  process.exitCode = 1;
  if (!json) errors.write(`${file}  ${message}\n`);
  else
    out.write(
      `${JSON.stringify({ file, ok: false, mistakes: [{ line: 0, column: 0, path: "", message }] }, null, 2)}\n`,
    );
}

/** Writes the file where it is wanted; says why it did not. */
async function write(text: string, file: string | undefined, force: boolean): Promise<string | undefined> {
  if (file === undefined) return undefined;
  if (!force && existsSync(file)) return "is there already and is left as it is; --force writes over it";
  try {
    await writeFile(file, text, { flag: force ? "w" : "wx" });
    return undefined;
  } catch (error) {
    return `cannot be written (${codeOf(error)})`;
  }
}

async function readText(file: string): Promise<{ readonly text: string } | string> {
  try {
    return { text: await readFile(file, "utf8") };
  } catch (error) {
    const code = codeOf(error);
    return code === "ENOENT" ? "there is no such file" : `the file cannot be read (${code})`;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

type Failed = Extract<Imported, { readonly mistakes: unknown }>;

function mistakesText({ mistakes }: Failed, file: string): string {
  return mistakes.map((mistake) => `${formatMistake(mistake, file)}\n`).join("");
}

function toJson(file: string, target: string | undefined, imported: Imported): string {
  const { lines } = imported;
  if (!("routes" in imported))
    return `${JSON.stringify({ file, ok: false, mistakes: imported.mistakes, lines }, null, 2)}\n`;
  const { routes, variables } = imported;
  const written = target === undefined ? { routes } : { out: target };
  return `${JSON.stringify({ file, ok: true, ...written, variables, lines }, null, 2)}\n`;
}
