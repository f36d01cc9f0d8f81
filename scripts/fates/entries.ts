import { dirname, join } from "node:path";
import ts from "typescript";
import type { Alteration, Read, Suite } from "./alteration.ts";

/** A fate table and how it is altered. */
export interface Table {
  readonly file: string;
  /** The constants that hold its lines. */
  readonly constants: readonly string[];
  /** Every how many-th line: 1 is all of them. */
  readonly step: number;
  /** Take lines out and change them, instead of one after the other in turn. A line of a partial table has both. */
  readonly both: boolean;
  /** The tests of a line. */
  readonly testsOf: (key: string) => Suite;
}

/** Alters lines of a fate table: some are taken out, some say another kind, some name another place. */
export function entryAlterations(table: Table, read: Read): readonly Alteration[] {
  const source = ts.createSourceFile(table.file, read(table.file), ts.ScriptTarget.Latest, true);
  const entries = objectsIn(source, table.constants).flatMap((object) =>
    object.properties.filter((one) => ts.isPropertyAssignment(one)),
  );
  if (entries.length === 0) throw new Error(`no lines in ${table.constants.join(", ")} of ${table.file}`);
  return entries.flatMap((entry, at) => {
    if (at % table.step !== 0) return [];
    const turn = at / table.step;
    const change = () => changed(table, source, entry, turn % 2 === 0 ? 'ignored("?")' : 'mapped("labels.x")', read);
    if (table.both) return [takenOut(table, source, entry), change()];
    return [turn % 3 === 0 ? takenOut(table, source, entry) : change()];
  });
}

/** The object literals that constants hold. */
export function objectsIn(source: ts.SourceFile, names: readonly string[]): readonly ts.ObjectLiteralExpression[] {
  const found: ts.ObjectLiteralExpression[] = [];
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const value = initializer === undefined ? undefined : withoutTypes(initializer);
      const isWanted = ts.isIdentifier(name) && names.includes(name.text);
      if (isWanted && value !== undefined && ts.isObjectLiteralExpression(value)) found.push(value);
    }
  }
  return found;
}

/** An expression without what only the compiler reads: `x as const satisfies T`. */
function withoutTypes(value: ts.Expression): ts.Expression {
  return ts.isSatisfiesExpression(value) || ts.isAsExpression(value) ? withoutTypes(value.expression) : value;
}

export function keyOf({ name }: ts.PropertyAssignment): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : name.getText();
}

function takenOut(table: Table, source: ts.SourceFile, entry: ts.PropertyAssignment): Alteration {
  const key = keyOf(entry);
  const name = `${key}: line taken out`;
  return { name, file: table.file, ...withComma(source, entry), becomes: "", first: table.testsOf(key) };
}

/** Where an item of a list stands, the comma after it included. */
export function withComma(source: ts.SourceFile, node: ts.Node): { readonly start: number; readonly end: number } {
  const after = /^\s*,/.exec(source.text.slice(node.end));
  return { start: node.getStart(), end: node.end + (after?.[0].length ?? 0) };
}

function changed(
  table: Table,
  source: ts.SourceFile,
  entry: ts.PropertyAssignment,
  wanted: string,
  read: Read,
): Alteration {
  const key = keyOf(entry);
  const value = entry.initializer;
  const isIgnored = /^ignored\(/.test(textOf(source, value, read));
  const becomes = isIgnored && wanted.startsWith("ignored") ? 'mapped("labels.x")' : wanted;
  const place = { start: value.getStart(), end: value.end };
  return { name: `${key}: ${becomes}`, file: table.file, ...place, becomes, first: table.testsOf(key) };
}

/** What a value says, or the constant that it names: of this file, or of one beside it that it is taken from. */
function textOf(source: ts.SourceFile, value: ts.Expression, read: Read): string {
  if (!ts.isIdentifier(value)) return value.getText();
  const declaration = new RegExp(`^(?:export )?const ${value.text}\\b[^=]*= ([^;]*);`, "m");
  const taken = [...source.text.matchAll(/^import (?:type )?\{([^}]*)\} from "(\.\/[^"]+)";/gm)].find(
    ([, names = ""]) => names.split(",").some((name) => name.trim() === value.text),
  );
  const text = taken === undefined ? source.text : read(join(dirname(source.fileName), taken[2] ?? ""));
  return declaration.exec(text)?.[1] ?? value.getText();
}
