import { describe, expect, test } from "vitest";
import { type Column, standardColumns } from "../../src/compat/columns.ts";
import { knownHosts } from "../../src/dialects/openai/hosts.ts";
import type { OperationName } from "../../src/operations/types.ts";
import type { Target } from "../../src/upstream/target.ts";
import { embeddingProviders } from "./_embedding-providers.ts";
import { targetOf } from "./_fates.ts";
import { textProviders } from "./_operations.ts";
import { contractProviders } from "./_providers.ts";

/** The rows of each conformance table, as the gateway prepares them. */
const rows: Readonly<Record<OperationName, readonly Target[]>> = {
  chat: contractProviders.map(targetOf),
  completions: textProviders.map(targetOf),
  embeddings: embeddingProviders.map(targetOf),
};

/** A column and an operation that it publishes. */
interface Published {
  readonly title: string;
  readonly operation: OperationName;
  readonly column: Column;
}

const columns = await standardColumns();
const published = columns.flatMap((column) =>
  column.operations.map((operation): Published => ({ title: column.title, operation, column })),
);

const placeOf = ({ host, deployment }: Target): string => `${deployment.provider.type} ${host}`;

/**
 * Whether a row proves a column: the same model at the same place. What chats makes no vectors, so that a column of a
 * model that chats publishes them for its host alone: all models of theirs are one there.
 */
function proves(row: Target, { operation, column: { target, operations } }: Published): boolean {
  const isOfHost = operation === "embeddings" && operations.includes("chat");
  return placeOf(row) === placeOf(target) && (isOfHost || row.upstreamModel === target.upstreamModel);
}

describe("each column of the published matrix stands in the conformance table", () => {
  test.each(published)("$title: $operation", (one) => {
    expect(rows[one.operation].filter((row) => proves(row, one)).length).toBeGreaterThan(0);
  });

  test("one without a row is found", () => {
    const [one] = published;
    if (one === undefined) throw new Error("nothing is published");
    const other = { ...one, column: { ...one.column, target: { ...one.column.target, upstreamModel: "unheard-of" } } };
    expect(rows[one.operation].some((row) => proves(row, one))).toBe(true);
    expect(rows[one.operation].some((row) => proves(row, other))).toBe(false);
  });
});

test("each server whose habits are known stands in it, and so do models that take less than their server", () => {
  const hosts = new Set(rows.chat.map(({ host }) => host));
  expect(knownHosts.filter((host) => !hosts.has(host))).toEqual([]);
});
