import ts from "typescript";
import type { Alteration, Read, Suite } from "./alteration.ts";
import { withComma } from "./entries.ts";

/**
 * Alters what is known of servers: each word of a list is taken out, and what is true becomes false. The translator and
 * its table read the same data, so that only a list written by hand can notice.
 */
export function habitAlterations(file: string, read: Read, first: Suite): readonly Alteration[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const found: Alteration[] = [];
  const visit = (node: ts.Node, owner: string): void => {
    const name = ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node) ? node.name.getText() : undefined;
    const here = name === undefined ? owner : owner === "" ? name : `${owner}.${name}`;
    if (ts.isPropertyAssignment(node) && /^(true|false)$/.test(node.initializer.getText())) {
      const { initializer } = node;
      const becomes = initializer.getText() === "true" ? "false" : "true";
      const place = { start: initializer.getStart(), end: initializer.end };
      found.push({ name: `${here}: ${becomes}`, file, ...place, becomes, first });
    } else if (ts.isStringLiteral(node) && ts.isArrayLiteralExpression(node.parent) && !isEitherWay(here, node.text)) {
      const place = withComma(source, node);
      found.push({ name: `${here}: '${node.text}' taken out`, file, ...place, becomes: "", first });
    }
    ts.forEachChild(node, (child) => visit(child, here));
  };
  visit(source, "");
  return found;
}

/** What is above the highest effort is the highest, named or not. */
function isEitherWay(owner: string, word: string): boolean {
  return owner.endsWith(".efforts") && word === "high";
}
