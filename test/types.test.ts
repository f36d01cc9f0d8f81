import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { root } from "./_repository.ts";

const subject = join(root, "test/types.test-d.ts");
const generated = join(root, "generated/types/openai.published.ts");

const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const host = ts.createCompilerHost(options);
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What the type check says of test/types.test-d.ts with other generated types. */
function errorsWith(alter: (types: string) => string): readonly string[] {
  const altered: ts.CompilerHost = {
    ...host,
    getSourceFile: (file, version) => {
      if (file === generated) return ts.createSourceFile(file, alter(ts.sys.readFile(file) ?? ""), version);
      if (!parsed.has(file)) parsed.set(file, host.getSourceFile(file, version));
      return parsed.get(file);
    },
  };
  const program = ts.createProgram([subject], options, altered);
  const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(subject));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

/** Replaces a piece of the generated types; fails where it is not there. */
function replacing(piece: string | RegExp, by: string): (types: string) => string {
  return (types) => {
    const altered = types.replace(piece, by);
    if (altered === types) throw new Error(`the generated types do not have ${piece}`);
    return altered;
  };
}

describe("the generated types beside the SDK's", { timeout: 60_000 }, () => {
  test("are the same", () => {
    expect(errorsWith((types) => types)).toEqual([]);
  });

  test.each<[string, string | RegExp, string, string]>([
    ["lack an optional member", /verbosity\?: [^;]*;/, "", `missing: ".verbosity"; tooMany: never`],
    ["have a member that is no other's", "verbosity?: ", "loquacity?: ", `tooMany: ".loquacity"`],
    [
      "lack a member of one variant",
      /tool_call_id: string;/,
      "",
      `missing: ".messages[]<tool>.tool_call_id"; tooMany: never`,
    ],
    ["lack a word", /"wav" \| "aac"/, `"wav"`, "Type 'true' is not assignable to type 'false'"],
    ["require what is optional", "seed?: ", "seed: ", "Type 'true' is not assignable to type 'false'"],
    [
      "do not require what is",
      "owned_by: string",
      "owned_by?: string",
      "Type 'true' is not assignable to type 'false'",
    ],
    [
      "have another type",
      /dimensions\?: number/,
      "dimensions?: string",
      "Type 'true' is not assignable to type 'false'",
    ],
  ])("fail the type check when they %s", (_name, piece, by, message) => {
    expect(errorsWith(replacing(piece, by)).join("\n")).toContain(message);
  });
});
