import { join } from "node:path";
import ts from "typescript";
import { root } from "./_repository.ts";

/** What the type check says of some files of the repository, under its own tsconfig.json. */
export function typeErrorsOf(files: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([...files], options);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
