import { type CommandDef, defineCommand } from "citty";
import { unpricedWarnings } from "../compat/unpriced.ts";
import type { Environment } from "../config/config.ts";
import { type Loaded, loadRoutes } from "../config/load.ts";
import { formatMistake, formatMistakes, type Mistake } from "../config/mistakes.ts";

/** Where a command prints; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
}

const args = {
  file: { type: "positional", description: "The file to check.", default: "routes.yaml" },
  json: { type: "boolean", description: "Print one JSON object instead of lines for people." },
} as const;

/**
 * `specgate check [FILE] [--json]`: every mistake in a routes.yaml with its place, or one line that says what it serves.
 *
 * Exit code: 0 the file is fine, warnings or not; 1 it has mistakes or cannot be read; 2 wrong usage.
 */
export function createCheckCommand(env: Environment, out: Output = process.stdout): CommandDef<typeof args> {
  return defineCommand({
    meta: { name: "check", description: "Show every mistake in routes.yaml, with its place." },
    args,
    run: async ({ args: given }) => {
      const wrong = wrongUsage(given);
      if (wrong !== undefined) {
        out.write(`${wrong}\nusage: specgate check [FILE] [--json]\n`);
        process.exitCode = 2;
        return;
      }
      const loaded = await loadRoutes(given.file, env);
      out.write(given.json === true ? toJson(given.file, loaded) : toText(given.file, loaded));
      process.exitCode = "config" in loaded ? 0 : 1;
    },
  });
}

function wrongUsage(given: Readonly<Record<string, unknown>> & { readonly _: readonly string[] }): string | undefined {
  const unknown = Object.keys(given).find((name) => name !== "_" && !Object.hasOwn(args, name));
  if (unknown !== undefined) return `unknown option ${unknown.length === 1 ? "-" : "--"}${unknown}`;
  return given._.length > 1 ? "one file at a time" : undefined;
}

function toText(file: string, loaded: Loaded): string {
  const parts = warningsOf(loaded).map((warning) =>
    formatMistake({ ...warning, message: `warning: ${warning.message}` }, file),
  );
  if ("config" in loaded) {
    const { models, providers } = loaded.config;
    parts.push(`${file} is fine: ${count(models.length, "model")}, ${count(providers.length, "provider")}`);
  } else {
    parts.push(formatMistakes(loaded.mistakes, file));
    // A file that cannot be read has no places, and nothing in it to count.
    const placed = loaded.mistakes.filter(({ line }) => line > 0);
    if (placed.length > 0) parts.push(`${file} has ${count(placed.length, "mistake")}`);
  }
  return `${parts.join("\n\n")}\n`;
}

/** What the file says, and what Specgate's own list of prices does not. */
function warningsOf(loaded: Loaded): readonly Mistake[] {
  return "config" in loaded ? [...loaded.config.warnings, ...unpricedWarnings(loaded.config)] : loaded.warnings;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function toJson(file: string, loaded: Loaded): string {
  const ok = "config" in loaded;
  const served = ok ? { models: loaded.config.models.length, providers: loaded.config.providers.length } : {};
  const mistakes = ok ? [] : loaded.mistakes.map(withoutExcerpt);
  const warnings = warningsOf(loaded).map(withoutExcerpt);
  return `${JSON.stringify({ file, ok, ...served, mistakes, warnings }, null, 2)}\n`;
}

function withoutExcerpt({ excerpt: _excerpt, ...mistake }: Mistake): Mistake {
  return mistake;
}
