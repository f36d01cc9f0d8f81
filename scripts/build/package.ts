import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import ts from "typescript";
import { toPublished } from "./manifest.ts";

/** Says what the folder is; npm asks for it too. */
export const manifestName = "package.json";

/** What runs. */
const sources: readonly string[] = ["src", "generated"];

/** What is read at run time beside it, and what people want to see. */
const beside: readonly string[] = ["routes.yaml", "README.md", "LICENSE", "CHANGELOG.md"];

const launcher = `#!/usr/bin/env node
import "./src/specgate.js";
`;

/**
 * Writes the compiled package. What was in the folder before is gone.
 *
 * Each file is compiled by itself: only types are taken away, and `.ts` becomes `.js` where it is imported.
 *
 * @returns how many files there are
 */
export function buildPackage(root: string, out: string): number {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const manifest: unknown = JSON.parse(readFileSync(join(root, manifestName), "utf8"));
  writeFileSync(join(out, manifestName), `${JSON.stringify(toPublished(manifest), null, 2)}\n`);
  writeFileSync(join(out, "specgate.js"), launcher, { mode: 0o755 });
  for (const name of beside) copyFileSync(join(root, name), join(out, name));
  const files = sources.flatMap((folder) => filesUnder(root, folder)).filter(isUsed);
  for (const file of files) emit(root, out, file);
  return files.length + beside.length + 2;
}

function filesUnder(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Declarations say nothing at run time, and neither does the page that explains the folder. */
function isUsed(file: string): boolean {
  return !/\.d\.m?ts$|\.md$/.test(file) && file !== join("generated", "manifest.json");
}

function emit(root: string, out: string, file: string): void {
  const target = join(out, file.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(target), { recursive: true });
  if (isCode(file)) writeFileSync(target, compile(readFileSync(join(root, file), "utf8"), file));
  else copyFileSync(join(root, file), target);
}

/** Validators are modules that import nothing. */
function isCode(file: string): boolean {
  return [".ts", ".js"].includes(extname(file));
}

function compile(text: string, fileName: string): string {
  return ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
      allowJs: true,
      // Node keeps the text of what it has loaded; who wants to read it reads the sources.
      removeComments: true,
    },
  }).outputText;
}
