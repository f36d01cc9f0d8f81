import { describe, expect, test } from "vitest";
import { toOutputSchema } from "../../../src/dialects/anthropic/schema/output.ts";
import { toInputSchema } from "../../../src/dialects/anthropic/schema/parameters.ts";
import type { Change } from "../../../src/operations/types.ts";
import fc from "../../_fc.ts";
import { corpus } from "../_corpus.ts";
import { judgeOf } from "../_schema-judge.ts";
import { isObject, valuesFor } from "../_schema-values.ts";
import { complaintAboutInput, complaintAboutStrict } from "./_schema-judge.ts";

const below = (paths: readonly string[]): readonly string[] => paths.map((path) => (path === "" ? "p" : `p.${path}`));

/** Paths of changes of one kind. */
const told = (changes: readonly Change[], verb: Change["verb"]): readonly string[] =>
  changes.filter((change) => change.verb === verb).map(({ path }) => path);

describe("§5 tools", () => {
  test.each(corpus)("$family: $name: every loss is told, and nothing else", ({ schema, claude }) => {
    const said = toInputSchema(schema, "p", { strict: false });
    expect(told(said.changes, "downgraded")).toEqual(below(claude.input));
    expect(told(said.changes, "renamed")).toEqual(below(claude.renamed));
    expect(said.members.size).toBe(claude.renamed.length);
    expect(complaintAboutInput(said.schema)).toBeUndefined();
  });

  test.each(corpus)("$family: $name: a strict one loses what is told, or is not strict", ({ schema, claude }) => {
    const said = toInputSchema(schema, "p", { strict: true });
    expect(said.strict).toBe(claude.strict !== undefined);
    expect(told(said.changes, "downgraded")).toEqual(below(claude.strict ?? claude.input));
    expect(told(said.changes, "renamed")).toEqual(below(claude.renamed));
    expect(complaintAboutInput(said.schema)).toBeUndefined();
    if (said.strict) expect(complaintAboutStrict(said.schema)).toBeUndefined();
  });
});

describe("§6 answers", () => {
  test.each(corpus)("$family: $name: every loss is told, or it does not fit", ({ schema, claude }) => {
    const said = toOutputSchema(schema, "p");
    expect(said.fits).toBe(claude.output !== undefined);
    if (!said.fits) return;
    expect(told(said.changes, "downgraded")).toEqual(below(claude.output ?? []));
    expect(complaintAboutStrict(said.schema)).toBeUndefined();
  });
});

describe("values", () => {
  test.each(corpus.filter(({ unchecked }) => unchecked === undefined))(
    "$family: $name: what was valid stays valid, and without a loss nothing else is",
    ({ schema, draft }) => {
      const before = judgeOf(schema, draft);
      const input = toInputSchema(schema, "p", { strict: false });
      const asInput = judgeOf(input.schema, "2020-12");
      const output = toOutputSchema(schema, "p");
      const asOutput = judgeOf(output.schema, "2020-12");
      const sent = new Map([...input.members].map(([now, name]) => [name, now]));
      const lossless = told(input.changes, "downgraded").length === 0;
      fc.assert(
        fc.property(valuesFor(schema, schema).filter(isObject), (value) => {
          const renamed = Object.entries(value).map(([name, one]) => [sent.get(name) ?? name, one] as const);
          const [was, is] = [before(value), asInput(Object.fromEntries(renamed))];
          if (lossless) expect(is, JSON.stringify(value)).toBe(was);
          // A loss lets in more, but for members that only some branches name.
          else if (was && input.changes.every(({ path }) => !/(?:anyOf|oneOf)$/.test(path))) expect(is).toBe(true);
          if (output.fits && output.changes.length === 0 && asOutput(value)) expect(was).toBe(true);
        }),
        { numRuns: 100 },
      );
    },
  );
});
