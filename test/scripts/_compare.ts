import { type Comparison, compareSpec } from "../../scripts/spec/check/compare-spec.ts";
import { reportComparison } from "../../scripts/spec/check/report.ts";
import { toOutline } from "../../scripts/spec/readers/read.ts";
import type { Schema, Schemas, Spec } from "../../scripts/spec/schema.ts";
import { ref, specOf } from "./_spec.ts";

/** Compares two parsed documents. */
export function compare(
  ours: object,
  upstreams: readonly object[],
  roots: readonly (readonly [string, string])[] = [],
): Comparison {
  const theirs = upstreams.map((upstream, index) => toOutline(`upstream-${index}`, upstream));
  return compareSpec(toOutline("ours", ours), theirs, new Map(roots));
}

/** The differences as they are printed. */
export function linesOf(comparison: Comparison): readonly string[] {
  const { differences } = comparison;
  return reportComparison("test", [], comparison, { differences, stale: [] }).split("\n").slice(0, -1);
}

/** The body of a request or an answer. */
export const body = (schema: Schema): unknown => ({ content: { "application/json": { schema } } });

/** An API of one operation. */
export function apiOf(schemas: Schemas, path = "/ask"): Spec {
  return specOf(schemas, { [path]: { post: { operationId: "ask", requestBody: body(ref("Ask")) } } });
}

/** An API whose one request has one member, and another that keeps every description talkative. */
export function apiWith(member: object): Spec {
  const talk: Schema = { type: "integer", minimum: 1, default: 7 };
  const words: Schema = { type: "string", enum: ["a"] };
  return apiOf({ Ask: { type: "object", required: ["talk"], properties: { talk, words, member: { ...member } } } });
}
