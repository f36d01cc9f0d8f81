import { createHash } from "node:crypto";
import type { Router } from "../routing/resolve.ts";
import type { Target } from "../upstream/target.ts";
import { loadStandard, toColumn } from "./columns.ts";
import { type Matrix, matrixOf, matrixSlices, standardSlices } from "./matrix.ts";
import { inTurns, type Slices } from "./slices.ts";

/** A matrix as JSON text, and its tag. */
export interface CompatPage {
  readonly text: string;
  readonly etag: string;
}

/** Models whose matrix is remembered: wildcards bring any name, and a page may have a megabyte. */
const usualPages = 16;

/**
 * Tells the published matrix, or that of the deployments of a model. It is made once for all who ask at a time, and
 * others are served meanwhile.
 *
 * Fails: throws `model_not_found` for a name that nobody serves.
 *
 * @param maxPages how many models' pages are kept, those that were asked for last
 */
export function createCompat(
  router: Pick<Router<Target>, "resolve">,
  maxPages: number = usualPages,
): (model: string | undefined) => Promise<CompatPage> {
  const known = new Map<string, Promise<CompatPage>>();
  let standard: Promise<CompatPage> | undefined;
  return (model) => {
    if (model === undefined) {
      standard ??= loadStandard().then(() => inTurns(pageSlices(standardSlices())));
      return standard;
    }
    const { targets } = router.resolve(model, 0);
    const key = JSON.stringify(targets.map(keyOf));
    const page = known.get(key) ?? inTurns(pageSlices(matrixSlices(columnsOf(targets))));
    // The last one in is the last one to leave.
    known.delete(key);
    known.set(key, page);
    if (known.size > maxPages) for (const [oldest] of known.entries().take(1)) known.delete(oldest);
    return page;
  };
}

/** All of a deployment that its column hangs on, within one config: the label names its provider and model. */
function keyOf({ label, upstreamModel, host, dialect, deployment: { family, safety } }: Target): readonly unknown[] {
  return [label, upstreamModel, host, dialect.name, family ?? null, safety ?? null];
}

/** The matrix of a model: a column for each of its deployments. */
export function modelMatrix(targets: readonly Target[]): Matrix {
  return matrixOf(columnsOf(targets));
}

const columnsOf = (targets: readonly Target[]) => targets.map((target) => toColumn(target.label, target));

function* pageSlices(making: Slices<Matrix>): Slices<CompatPage> {
  const matrix = yield* making;
  const text = JSON.stringify(matrix);
  yield;
  const digest = createHash("sha256").update(text).digest("base64url").slice(0, 22);
  return { text, etag: `"${digest}"` };
}
