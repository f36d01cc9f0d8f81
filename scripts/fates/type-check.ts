import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { type Alteration, altered } from "./alteration.ts";

/** A type checker that keeps what it knows of the tree, and looks at one alteration after the other. */
export interface TypeCheck {
  /** What is wrong with the unaltered tree; undefined where nothing is. */
  readonly problem: () => string | undefined;
  /** Whether the altered file still compiles, or all of the tree. */
  readonly notices: (alteration: Alteration, where: "file" | "tree") => boolean;
}

/** Something is no longer used: a mark that an alteration leaves, and no proof that it is wrong. */
const unused: ReadonlySet<number> = new Set([6133, 6192, 6196, 6198, 6199]);

/** Reads the tree at `root` once, and never looks at it again. */
export function createTypeCheck(root: string): TypeCheck {
  const read = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const config = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const pristine = new Map<string, string>();
  const overlay = new Map<string, string>();
  const versions = new Map<string, number>();
  const service = ts.createLanguageService({
    getScriptFileNames: () => config.fileNames,
    getScriptVersion: (file) => String(versions.get(file) ?? 0),
    getScriptSnapshot: (file) => {
      if (!pristine.has(file) && !ts.sys.fileExists(file)) return undefined;
      return ts.ScriptSnapshot.fromString(overlay.get(file) ?? textOf(file));
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => ({ ...config.options, noEmit: true }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });

  /** As it was when it was first looked at: a worker may be altering the tree. */
  function textOf(file: string): string {
    const text = pristine.get(file) ?? readFileSync(file, "utf8");
    pristine.set(file, text);
    return text;
  }

  function problemIn(file: string): ts.Diagnostic | undefined {
    const found = [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)];
    return found.find(({ code, category }) => category === ts.DiagnosticCategory.Error && !unused.has(code));
  }

  function write(file: string, text: string | undefined): void {
    if (text === undefined) overlay.delete(file);
    else overlay.set(file, text);
    versions.set(file, (versions.get(file) ?? 0) + 1);
  }

  return {
    problem() {
      for (const file of config.fileNames) {
        const found = problemIn(file);
        if (found !== undefined) return `${file}: ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`;
      }
      return undefined;
    },
    notices(alteration, where) {
      const file = join(root, alteration.file);
      write(file, altered(textOf(file), alteration));
      try {
        const files = where === "file" ? [file] : config.fileNames;
        return files.some((one) => problemIn(one) !== undefined);
      } finally {
        write(file, undefined);
      }
    },
  };
}
