import { createHash } from "node:crypto";
import type { Router } from "../routing/resolve.ts";
import type { Target } from "../upstream/target.ts";
import { toColumn } from "./columns.ts";
import { type Matrix, matrixOf, standardMatrix } from "./matrix.ts";

/** A matrix as JSON text, and its tag. */
export interface CompatPage {
  readonly text: string;
  readonly etag: string;
}

/** Models whose matrix is remembered; beyond it they are made anew, for wildcards bring any name. */
const maxKnown = 100;

/**
 * Tells the published matrix, or that of the deployments of a model.
 * Fails: throws `model_not_found` for a name that nobody serves.
 */
export function createCompat(router: Pick<Router<Target>, "resolve">): (model: string | undefined) => CompatPage {
  const known = new Map<string, CompatPage>();
  let standard: CompatPage | undefined;
  return (model) => {
    if (model === undefined) {
      standard ??= toPage(standardMatrix());
      return standard;
    }
    const { targets } = router.resolve(model, 0);
    const key = targets.map(({ label }) => label).join(", ");
    const page = known.get(key) ?? toPage(modelMatrix(targets));
    if (known.size < maxKnown) known.set(key, page);
    return page;
  };
}

/** The matrix of a model: a column for each of its deployments. */
export function modelMatrix(targets: readonly Target[]): Matrix {
  return matrixOf(targets.map((target) => toColumn(target.label, target)));
}

function toPage(matrix: Matrix): CompatPage {
  const text = JSON.stringify(matrix);
  const digest = createHash("sha256").update(text).digest("base64url").slice(0, 22);
  return { text, etag: `"${digest}"` };
}
