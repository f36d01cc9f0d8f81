import { Document, isMap, isPair, isScalar, isSeq, type Node, visit } from "yaml";

/** Sections in the order in which people look for them. */
const order: readonly string[] = [
  ...["server", "end_users", "key_defaults", "log", "timeouts", "redis", "database", "ledger"],
  ...["providers", "models", "aliases"],
];

const deployments = "deployments";

/** Writes a routes.yaml. What fits on a line stands on one. */
export function writeRoutes(sections: Readonly<Record<string, unknown>>, comment: string): string {
  const present = order.flatMap((name) => (isThere(sections[name]) ? [[name, sections[name]] as const] : []));
  const document = new Document(Object.fromEntries(present), { aliasDuplicateObjects: false });
  document.commentBefore = ` ${comment}`;
  visit(document, {
    Node: (_, node, path) => {
      // Sections are blocks, and what does not fit on a line.
      const depth = path.filter((one) => isMap(one) || isSeq(one)).length;
      if ((isMap(node) || isSeq(node)) && depth >= 2 && !isModel(node, path.at(-1)) && isShort(node)) node.flow = true;
    },
    Pair: (_, pair, path) => {
      if (path.length === 2 && isScalar(pair.key) && pair.key !== firstKey(document)) pair.key.spaceBefore = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function isThere(section: unknown): boolean {
  return typeof section === "object" && section !== null && Object.keys(section).length > 0;
}

function firstKey(document: Document): unknown {
  return isMap(document.contents) ? document.contents.items[0]?.key : undefined;
}

/** A model with deployments, and their list, are read line by line. */
function isModel(node: Node, parent: unknown): boolean {
  if (isMap(node)) return node.has(deployments);
  return isPair(parent) && isScalar(parent.key) && parent.key.value === deployments;
}

/** Fits on a line, with its key before it. */
function isShort(node: Node): boolean {
  return JSON.stringify(node.toJSON()).length <= 96;
}
