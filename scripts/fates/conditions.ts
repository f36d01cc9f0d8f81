import ts from "typescript";
import type { Alteration, Read } from "./alteration.ts";

/** Alters conditions: each never holds, and each always does. */
export function conditionAlterations(file: string, read: Read): readonly Alteration[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const found: Alteration[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "holds") {
      const { initializer } = node;
      const place = { file, start: initializer.getStart(), end: initializer.end };
      for (const [how, becomes] of [
        ["never holds", "() => false"],
        ["always holds", "() => true"],
      ] as const) {
        found.push({ name: `${ownerOf(node)}: ${how}`, ...place, becomes });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (found.length === 0) throw new Error(`no conditions in ${file}`);
  return found;
}

/** What the object of a member is called: a member itself, or a constant. */
function ownerOf(member: ts.Node): string {
  for (let at = member.parent; at !== undefined; at = at.parent) {
    if (ts.isPropertyAssignment(at) || ts.isVariableDeclaration(at)) return at.name.getText().replaceAll('"', "");
  }
  return "?";
}
