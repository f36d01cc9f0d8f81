import ts from "typescript";
import type { Outline } from "./description.ts";
import type { Raw } from "./json.ts";
import { SchemaMaker } from "./sdk-schema.ts";

/** The types of an SDK: the files that declare them and which of them matter. */
export interface SdkTypes {
  /** How the description is called in messages. */
  readonly name: string;
  /** Files of declarations, absolute. What they import is read too. */
  readonly files: readonly string[];
  /** Exported types, in a namespace with its name in front: `ChatCompletionChunk.Choice`. */
  readonly wanted: readonly string[];
}

/** Reads some types out of declaration files. A type that no file exports is left out. */
export function readSdkTypes({ name, files, wanted }: SdkTypes): Outline {
  const program = ts.createProgram([...files], options);
  const checker = program.getTypeChecker();
  const maker = new SchemaMaker(checker);
  const named: Record<string, Raw> = {};
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} cannot be read`);
    refuseBroken(program, source);
    for (const one of wanted) {
      const type = typeCalled(one, source, checker);
      const schema = type === undefined ? undefined : maker.schemaOf(type);
      if (schema !== undefined) named[one] = schema;
    }
  }
  const raw: Raw = { definitions: { ...maker.definitions, ...named } };
  return { name, format: "sdk", document: { raw, section: "definitions" }, operations: [], rootNames: [] };
}

const options: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  types: [],
  lib: ["lib.es2024.d.ts"],
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

function refuseBroken(program: ts.Program, source: ts.SourceFile): void {
  const [mistake] = program.getSyntacticDiagnostics(source);
  if (mistake === undefined) return;
  const { line } = source.getLineAndCharacterOfPosition(mistake.start);
  throw new Error(`${source.fileName}:${line + 1}: ${ts.flattenDiagnosticMessageText(mistake.messageText, " ")}`);
}

/** An exported type by its name; the dots in it lead through namespaces. */
function typeCalled(name: string, source: ts.SourceFile, checker: ts.TypeChecker): ts.Type | undefined {
  const [first = "", ...rest] = name.split(".");
  let symbol = topLevel(source, checker).find((one) => one.name === first);
  for (const segment of rest) {
    const inside = symbol === undefined ? [] : checker.getExportsOfModule(behind(symbol, checker));
    symbol = inside.find((one) => one.name === segment);
  }
  const found = symbol === undefined ? undefined : behind(symbol, checker);
  return found === undefined || !(found.flags & ts.SymbolFlags.Type)
    ? undefined
    : checker.getDeclaredTypeOfSymbol(found);
}

/** What a file exports or, where it is no module, all it declares. */
function topLevel(source: ts.SourceFile, checker: ts.TypeChecker): readonly ts.Symbol[] {
  const module = checker.getSymbolAtLocation(source);
  if (module !== undefined) return checker.getExportsOfModule(module);
  const all = checker.getSymbolsInScope(source, ts.SymbolFlags.Type | ts.SymbolFlags.Namespace);
  return all.filter((symbol) => symbol.declarations?.some((one) => one.getSourceFile() === source));
}

/** A re-export leads to what it stands for. */
function behind(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
