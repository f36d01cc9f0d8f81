import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { LineCounter } from "yaml";
import { buildTree } from "./build-tree.ts";
import type { Config, Environment, Routes } from "./config.ts";
import { interpolate } from "./interpolate.ts";
import { checkMeaning } from "./meaning.ts";
import type { Mistake, Path } from "./mistakes.ts";
import { normalise } from "./normalise.ts";
import { readProxy } from "./proxy.ts";
import { createReport, type Report } from "./report.ts";
import { checkShape } from "./shape.ts";
import { parseYaml } from "./syntax.ts";
import { type Entry, find } from "./tree.ts";

/** What a text of routes.yaml is read with. */
export interface LoadContext {
  /** Path of the file: names it in messages, and relative paths in it start at its folder. */
  readonly file: string;
  readonly env: Environment;
  /** Whether there is something at an absolute path. Without it, files the config names are not looked for. */
  readonly fileExists?: (path: string) => boolean;
}

/** A config, or everything that keeps the file from being one, in the order of the file. */
export type Loaded =
  | { readonly config: Config }
  | { readonly mistakes: readonly Mistake[]; readonly warnings: readonly Mistake[] };

/**
 * Reads the text of a routes.yaml.
 *
 * Shape: text → frozen {@link Config}. Nothing is thrown for what stands in the text: all mistakes of syntax,
 * variables, units, shape and meaning come back together. Values of the environment never appear in them.
 *
 * @see specs/routes.yaml
 */
export function parseRoutes(text: string, context: LoadContext): Loaded {
  const lines = new LineCounter();
  const report = createReport(text, lines);
  const checked = check(text, lines, context, report);
  const proxy = readProxy(context.env, report);
  const mistakes = report.mistakes();
  const warnings = report.warnings();
  if (checked === undefined || mistakes.length > 0) return { mistakes, warnings };
  const { routes, tree } = checked;
  const isFromEnv = (path: Path): boolean => {
    const entry = find(tree, path);
    return entry?.kind === "scalar" && entry.interpolated;
  };
  return { config: normalise(routes, context.file, warnings, proxy, isFromEnv) };
}

/** A file of the right shape, as it is and as it was written. */
interface Checked {
  readonly routes: Routes;
  readonly tree: Entry;
}

function check(text: string, lines: LineCounter, context: LoadContext, report: Report): Checked | undefined {
  const document = parseYaml(text, lines, report);
  if (document === undefined) return undefined;
  const tree = buildTree(document, lines, report);
  if (tree.kind !== "map") {
    const message = "expected a map with `providers` and `models`; `specgate init` writes one to begin with";
    report.mistakeAt({ start: 0, end: 0 }, [], { message });
    return undefined;
  }
  interpolate(tree, text, context.env, report);
  const routes = checkShape(tree, report);
  if (routes === undefined) return undefined;
  checkMeaning({ routes, tree, report, fileExists: context.fileExists, folder: dirname(context.file) });
  return { routes, tree };
}

/** Reads a routes.yaml and looks for the files it names. A file that cannot be read is a mistake like any other. */
export async function loadRoutes(file: string, env: Environment): Promise<Loaded> {
  const read = await readText(file);
  return "text" in read ? parseRoutes(read.text, { file, env, fileExists: existsSync }) : { ...read, warnings: [] };
}

async function readText(file: string): Promise<{ readonly text: string } | { readonly mistakes: readonly Mistake[] }> {
  try {
    return { text: await readFile(file, "utf8") };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return { mistakes: [{ line: 0, column: 0, path: "", message: unreadable(code) }] };
  }
}

function unreadable(code: string): string {
  if (code === "ENOENT") return "there is no such file; `specgate init` writes one to begin with";
  if (code === "EISDIR") return "this is a folder, not a file";
  return `the file cannot be read (${code})`;
}
