import { describe, expect, test } from "vitest";
import { standardColumns } from "../../src/compat/columns.ts";
import { features } from "../../src/compat/features.ts";
import { type FeatureCell, featureCell } from "../../src/compat/overview.ts";
import { ignored, mapped, refused, reported } from "../../src/dialects/fates.ts";
import { startGateway } from "../_setup.ts";
import { altered, columnOf } from "./_columns.ts";
import { embeddingSetupFor, proofOf, setupFor } from "./_proof.ts";

const script = JSON.stringify({ answers: [{ text: "Hi.", signature: "c2lnbmVk" }] });
const columns = await standardColumns();

/** What a cell promises and a proof must show. */
const promised = ({ mark, param, changes }: FeatureCell) => ({
  mark,
  ...(mark === "refused" && { param }),
  ...((mark === "changed" || mark === "dropped") && { changes: changes?.toSorted() }),
});

describe.each(columns)("every mark of $title is what a gateway does", (column) => {
  const served = features.filter(({ operation }) => column.operations.includes(operation));
  const passes = column.target[served[0]?.operation ?? "chat"]?.operation.fates.unknown === "passed";
  const operations = [...new Set(served.map(({ operation }) => operation))];

  test.each(operations)("%s", async (operation) => {
    const setup = operation === "embeddings" ? embeddingSetupFor(column) : setupFor(column);
    const gateway = await startGateway({ ...setup, script });
    for (const feature of served.filter((one) => one.operation === operation)) {
      const want = featureCell(feature, column);
      const proof = await proofOf(gateway, feature, want);
      const shown = promised({ ...proof, param: proof.param ?? "" });
      expect({ [feature.id]: shown }).toEqual({ [feature.id]: promised(want) });
      // A server of OpenAI's language gets what it may not know, and says so itself.
      if (!passes && want.mark !== "refused") expect([feature.id, proof.status]).toEqual([feature.id, 200]);
    }
  });

  test("what it does not serve is refused", () => {
    const others = features.filter(({ operation }) => !column.operations.includes(operation));
    for (const feature of others) expect(featureCell(feature, column)).toEqual({ mark: "absent" });
  });
});

/** A cell that is wrong, as a line of its table is: the gateway does something else. */
describe("a wrong mark fails", () => {
  test.each([
    ["stop", "stop", reported("it never stops")],
    ["stop", "stop", refused("it never stops")],
    ["stop", "stop", ignored("it stops anyway")],
    ["seed", "seed", mapped("seed")],
    ["seed", "seed", ignored("luck is luck")],
    ["logprobs", "logprobs", reported("nobody counts")],
    ["safety_identifier", "end-user", reported("it knows no users")],
  ])("%s", async (key, id, fate) => {
    const column = altered(columnOf("Claude Sonnet 4.5"), key, fate);
    const feature = features.find((one) => one.id === id);
    if (feature === undefined) throw new Error(`no feature ${id}`);
    const wrong = featureCell(feature, column);
    const gateway = await startGateway({ ...setupFor(column), script });
    const proof = await proofOf(gateway, feature, wrong);
    expect(promised({ ...proof, param: proof.param ?? "" })).not.toEqual(promised(wrong));
  });
});
