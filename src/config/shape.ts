import { validateRoutes } from "../../generated/validators/routes.closed.mjs";
import type { ValidationError } from "../../generated/validators/validator.ts";
import { applyAnnotations } from "./annotations.ts";
import type { Routes } from "./config.ts";
import { mend } from "./mend.ts";
import type { Path } from "./mistakes.ts";
import type { Report } from "./report.ts";
import { type Entry, find, findNearest, toData } from "./tree.ts";

/** A file whose mistakes cover each other so well that more rounds would not help. */
const maxRounds = 30;

/**
 * Holds the tree against the compiled spec and reports what differs.
 *
 * What is wrong is mended in the tree (a misspelled key gets its right name, a value of the wrong kind is taken out)
 * and the tree is looked at again: so a mistake inside a misspelled section is found too, and what is returned has
 * the right shape although the file has not. Undefined when it could not be brought into shape.
 */
export function checkShape(tree: Entry, report: Report): Routes | undefined {
  for (let round = 0; round < maxRounds; round++) {
    const schemas = applyAnnotations(tree, report);
    const data = toData(tree);
    if (validateRoutes(data)) return data;
    // Paths in errors are those of `data`, so they are all looked up before the first entry is taken out.
    const found = (validateRoutes.errors ?? []).map((error) => ({ error, entry: find(tree, pathOf(error)) }));
    const mended = found.map(
      ({ error, entry }) => entry !== undefined && mend({ tree, entry, error, schemas, report }),
    );
    if (!mended.includes(true)) break;
  }
  // Says something whatever happens: a keyword that mend does not know must not make a faulty file look fine.
  for (const error of validateRoutes.errors ?? []) {
    report.mistake(findNearest(tree, pathOf(error)), {
      message: `this breaks the rule \`${error.keyword}\` of the format`,
    });
  }
  return undefined;
}

function pathOf({ instancePath }: ValidationError): Path {
  return instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
