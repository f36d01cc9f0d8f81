import ts from "typescript";
import type { Alteration, Read } from "./alteration.ts";

/**
 * Alters conditions: each never holds, and each always does.
 *
 * @param tests those of the lines, whose names say the condition
 */
export function conditionAlterations(file: string, read: Read, ...tests: readonly string[]): readonly Alteration[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const found: Alteration[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "holds") {
      const { initializer } = node;
      const place = { file, start: initializer.getStart(), end: initializer.end };
      const owner = ownerOf(node);
      // One that always holds leaves nothing to what is said otherwise.
      for (const [how, becomes, names] of [
        ["never holds", "() => false", `\\(${owner}\\)`],
        ["always holds", "() => true", `\\((${owner}|otherwise)\\)`],
      ] as const) {
        found.push({ name: `${owner}: ${how}`, ...place, becomes, first: { files: tests, names } });
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
