import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** The repository's folder. */
export const root: string = join(import.meta.dirname, "..");

const notOurs = new Set([".git", "node_modules", "dist", "coverage", ".cache"]);

/** Files below a folder of the repository, as paths from its root; what git ignores is left out. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (notOurs.has(entry.name) || (folder === "generated" && entry.name !== "README.md")) return [];
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() && !/\.log$|^\.env$/.test(entry.name) ? [path] : [];
  });
}

/** The text of a file, by its path from the root. */
export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** What a module imports, types too: packages by name, files by their path from the root. */
export function importsOf(path: string): readonly string[] {
  return ts.preProcessFile(read(path), true, true).importedFiles.map(({ fileName }) => {
    return fileName.startsWith(".") ? relative(root, join(root, dirname(path), fileName)) : packageOf(fileName);
  });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** A module's syntax tree, node by node. */
export function* nodesOf(path: string): Generator<ts.Node, undefined> {
  const pending: ts.Node[] = [ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true)];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    ts.forEachChild(node, (child) => {
      pending.push(child);
    });
  }
}

/** Where a node stands, as `src/app.ts:12`. */
export function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** A circle of imports, as the files on it; undefined where there is none. */
export function circleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of graph.get(path) ?? []) {
      const circle = visit(next, [...trail, path]);
      if (circle !== undefined) return circle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const circle = visit(path, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
