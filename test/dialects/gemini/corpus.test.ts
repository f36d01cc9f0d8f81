import { describe, expect, test } from "vitest";
import { toParameters } from "../../../src/dialects/gemini/schema/index.ts";
import fc from "../../_fc.ts";
import { startGateway } from "../../_setup.ts";
import { corpus, type Specimen } from "../_corpus.ts";
import { fromOlderForm, judgeOf } from "../_schema-judge.ts";
import { isObject, valuesFor } from "../_schema-values.ts";
import { open } from "./_translate.ts";

const models = [
  ["gemini-2.5-flash", "losses"],
  ["gemini-3-flash-preview", "losses"],
  ["gemini-1.5-pro-002", "older"],
] as const;

/** What the header may say, the longest values cut as they are there. */
const headerOf = (paths: readonly string[]): string | null => {
  const said = paths.map((path) => `downgraded:${path.replace(/[^\x20-\x7e]/g, "?").replaceAll(",", "?")}`);
  return said.length === 0 ? null : said.join(", ");
};

const below = (root: string, paths: readonly string[]): readonly string[] =>
  paths.map((path) => (path === "" ? root : `${root}.${path}`));

const toolOf = ({ schema }: Specimen) => ({ type: "function", function: { name: "f", parameters: schema } });
const formatOf = ({ schema }: Specimen) => ({ type: "json_schema", json_schema: { name: "a", schema } });

test("the corpus is large, and no two of its schemas bear one name", () => {
  expect(corpus.length).toBeGreaterThan(100);
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
});

describe.each(models)("§6.2–6.3 tools for %s", (model, kind) => {
  test.each(corpus)("$family: $name: every loss is told, and nothing else", (specimen) => {
    const { changes } = open({ tools: [toolOf(specimen)] }, model);
    const told = changes.map(({ verb, path }) => `${verb}:${path}`);
    const want = below("tools[0].function.parameters", specimen[kind]).map((path) => `downgraded:${path}`);
    expect(told.toSorted()).toEqual(want.toSorted());
  });

  test("reach the emulated upstream and are taken, with the losses in the header", async () => {
    const gateway = await startGateway(`models: { m: { deployments: [vertex/${model}], conformance: enforce } }`);
    for (const specimen of corpus) {
      const answer = await gateway.post({
        model: "m",
        messages: [{ role: "user", content: "Hi." }],
        tools: [toolOf(specimen)],
      });
      expect(answer.status, `${specimen.name}: ${answer.text}`).toBe(200);
      const want = headerOf(below("tools[0].function.parameters", specimen[kind]));
      expect(answer.headers.get("x-specgate-changes"), specimen.name).toBe(want);
    }
  });
});

describe.each(models)("§7 answers from %s", (model) => {
  test("in the form of each schema are asked for in words that are taken", async () => {
    const gateway = await startGateway(`models: { m: { deployments: [vertex/${model}], conformance: enforce } }`);
    for (const specimen of corpus) {
      const answer = await gateway.post({
        model: "m",
        messages: [{ role: "user", content: "Hi." }],
        response_format: formatOf(specimen),
      });
      expect(answer.status, `${specimen.name}: ${answer.text}`).toBe(200);
    }
  });
});

const judged = corpus.filter(({ unchecked }) => unchecked === undefined);

describe("values", () => {
  test.each(judged)("$family: $name: what was valid stays valid, and without a loss nothing else is", (specimen) => {
    const { schema, losses, draft } = specimen;
    const { json } = toParameters({ schema, path: "p", lost: () => {} }, "json-schema");
    const before = judgeOf(schema, draft);
    const after = judgeOf(isObject(json) ? json : {}, "2020-12");
    fc.assert(
      fc.property(valuesFor(schema, schema).filter(isObject), (value) => {
        const was = before(value);
        const is = after(value);
        if (was) expect(is, `${JSON.stringify(value)} was valid`).toBe(true);
        else if (losses.length === 0 && json !== undefined)
          expect(is, `${JSON.stringify(value)} was invalid`).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test.each(judged.filter(({ older }) => older.length === 0))(
    "$family: $name: what was valid is valid in the older form",
    ({ schema, draft }) => {
      const { older } = toParameters({ schema, path: "p", lost: () => {} }, "openapi-vertex");
      const before = judgeOf(schema, draft);
      const after = judgeOf(Object(fromOlderForm(older ?? {})), "2020-12");
      fc.assert(
        fc.property(valuesFor(schema, schema).filter(isObject), (value) => {
          if (before(value)) expect(after(value), JSON.stringify(value)).toBe(true);
        }),
        { numRuns: 100 },
      );
    },
  );
});
