import { describe, expect, onTestFinished, test } from "vitest";
import { type InputWish, toInputSchema } from "../../../src/dialects/converse/schema/parameters.ts";
import { startBedrockEmulator } from "../../../src/emulators/bedrock.ts";
import type { Script } from "../../../src/emulators/script.ts";
import type { Change } from "../../../src/operations/types.ts";
import fc from "../../_fc.ts";
import { secrets, startGateway, type Upstream } from "../../_setup.ts";
import { corpus, type Specimen } from "../_corpus.ts";
import { judgeOf } from "../_schema-judge.ts";
import { isObject, valuesFor } from "../_schema-values.ts";
import { complaintAboutStrict } from "../anthropic/_schema-judge.ts";
import { complaintAbout, complaintAboutPlain } from "./_schema-judge.ts";
import { ask, command, gptOss, nova, translate } from "./_translate.ts";

type Schema = Readonly<Record<string, unknown>>;

/** What is lost beside what every form loses, where references are copied and only three keywords may stand at the top. */
const further: Readonly<Record<string, readonly string[]>> = {
  "OpenAPI: nullable members and read-only ids": ["xml"],
  "TypeBox: an intersection that lets in nothing else": ["unevaluatedProperties"],
  "TypeBox: a recursive type by id": ["properties.tree"],
  "ts-json-schema-generator: Partial and Pick": ["additionalProperties"],
  "Go: jsonschema tags": ["additionalProperties"],
  "if, then and else": ["if", "then", "else"],
  "not and dependencies": ["dependentRequired"],
  "dependencies of draft 7": ["dependentRequired", "dependentSchemas"],
  "patterns for names": ["patternProperties"],
  "notion: blocks that hold blocks": ["$defs.blockObjectRequest"],
  "a tree": ["$defs.Node"],
  "a recursive root": ["$defs.Folder"],
  "a graph of two types that need each other": ["$defs.A"],
  "an expression": ["$defs.Expr"],
  "zod 3: recursive comment": ["properties.root"],
  "zod 4: any JSON": ["$defs.__schema0"],
};

/** Paths that are lost where references are copied; what the top says of members it does not name always is. */
function plainLosses({ name, schema, claude }: Specimen): readonly string[] {
  const isOpen = [undefined, "true", "{}"].includes(JSON.stringify(schema["additionalProperties"]));
  const rest = isOpen ? [] : ["additionalProperties"];
  return [...new Set([...claude.input, ...(further[name] ?? []), ...rest])].toSorted();
}

const below = (paths: readonly string[], root = "p"): readonly string[] =>
  paths.map((path) => (path === "" ? root : `${root}.${path}`));

const told = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ verb, path }) => (verb === "downgraded" ? path : `${verb}:${path}`));

const loose: InputWish = { strict: false, plain: false };
const plain: InputWish = { strict: false, plain: true };

test("what is named is in the corpus", () => {
  const names = new Set(corpus.map(({ name }) => name));
  expect(Object.keys(further).filter((name) => !names.has(name))).toEqual([]);
});

describe("tools", () => {
  test.each(corpus)("$family: $name: every loss is told, and nothing else", ({ schema, claude }) => {
    const said = toInputSchema(schema, "p", loose);
    expect(told(said.changes)).toEqual(below(claude.input));
    expect(complaintAbout(said.schema)).toBeUndefined();
  });

  test.each(corpus)("$family: $name: a strict one loses what is told, or is not strict", ({ schema, claude }) => {
    const said = toInputSchema(schema, "p", { strict: true, plain: false });
    expect(said.strict).toBe(claude.strict !== undefined);
    expect(told(said.changes)).toEqual(below(claude.strict ?? claude.input));
    expect(complaintAbout(said.schema)).toBeUndefined();
    if (said.strict) expect(complaintAboutStrict(said.schema)).toBeUndefined();
  });

  test.each(corpus)("$family: $name: without references, every loss is told, and nothing else", (specimen) => {
    const said = toInputSchema(specimen.schema, "p", plain);
    expect(told(said.changes).toSorted()).toEqual(below(plainLosses(specimen)).toSorted());
    expect(complaintAboutPlain(said.schema)).toBeUndefined();
  });
});

describe("requests", () => {
  const toolOf = (model: string, members: object): Schema => {
    const { body } = translate({ tools: [{ type: "function", function: { name: "f", ...members } }] }, model);
    return Object(body.toolConfig?.tools[0]).toolSpec.inputSchema.json;
  };

  // What is translated is held against the spec, in which nothing is open.
  test.each(corpus)("$family: $name: the whole body is one that Bedrock takes", ({ schema }) => {
    expect(complaintAbout(toolOf(command, { parameters: schema }))).toBeUndefined();
    expect(complaintAboutPlain(toolOf(nova, { parameters: schema }))).toBeUndefined();
    expect(complaintAbout(toolOf(gptOss, { parameters: schema, strict: true }))).toBeUndefined();
    const response_format = { type: "json_schema", json_schema: { name: "a", schema } };
    for (const model of [command, nova, gptOss]) {
      expect(translate({ response_format }, model).body.messages).toHaveLength(1);
    }
  });
});

describe("what stands beside a reference", () => {
  const $defs = { T: { type: "string", description: "A text.", minLength: 1 } };
  const copied = (beside: Schema): unknown => {
    const properties = { a: { $ref: "#/$defs/T", ...beside } };
    const { schema, changes } = toInputSchema({ type: "object", properties, $defs }, "p", plain);
    expect(changes).toEqual([]);
    return Object(schema["properties"]).a;
  };

  test.each([
    ["what it leads to says nothing of", { maxLength: 9 }, { ...$defs.T, maxLength: 9 }],
    ["describes this place", { description: "A name." }, { ...$defs.T, description: "A name." }],
    ["restricts the same once more", { minLength: 3 }, { allOf: [$defs.T, { minLength: 3 }] }],
  ])("%s", (_what, beside, want) => {
    expect(copied(beside)).toEqual(want);
  });
});

describe("answers", () => {
  test.each(corpus)("$family: $name: every loss is told, or it is asked for in words", ({ schema, claude }) => {
    const format = { type: "json_schema", json_schema: { name: "a", schema } };
    const { body, told: changes } = ask({ response_format: format }, gptOss);
    if (claude.output === undefined) {
      expect(changes).toEqual(["downgraded:response_format.json_schema"]);
      expect(body["outputConfig"]).toBeUndefined();
      return;
    }
    const lost = below(claude.output, "response_format.json_schema.schema");
    expect(changes).toEqual(lost.map((path) => `downgraded:${path}`));
    expect(body).toMatchObject({ outputConfig: { textFormat: { structure: { jsonSchema: {} } } } });
    const sent = JSON.stringify(body["outputConfig"]);
    const { schema: text } = JSON.parse(sent).textFormat.structure.jsonSchema;
    expect(complaintAboutStrict(JSON.parse(text))).toBeUndefined();
  });
});

describe("values", () => {
  test.each(corpus.filter(({ unchecked }) => unchecked === undefined))(
    "$family: $name: what was valid stays valid, and without a loss nothing else is",
    ({ schema, draft }) => {
      const before = judgeOf(schema, draft);
      const made = [loose, plain].map((wish) => {
        const { schema: sent, changes } = toInputSchema(schema, "p", wish);
        return { after: judgeOf(sent, "2020-12"), changes };
      });
      fc.assert(
        fc.property(valuesFor(schema, schema).filter(isObject), (value) => {
          const was = before(value);
          for (const { after, changes } of made) {
            if (changes.length === 0) expect(after(value), JSON.stringify(value)).toBe(was);
            // A loss lets in more, but for members that only some branches name.
            else if (was && changes.every(({ path }) => !/(?:anyOf|oneOf)$/.test(path)))
              expect(after(value)).toBe(true);
          }
        }),
        { numRuns: 50 },
      );
    },
  );
});

const providers = `
providers:
  up: { type: bedrock, region: us-east-1, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`;

async function startBedrock(script: Script): Promise<Upstream> {
  const upstream = await startBedrockEmulator({ script, token: secrets.token, region: "us-east-1" });
  onTestFinished(() => upstream.close());
  return upstream;
}

/** What the header says, or its absence. */
const headerOf = (paths: readonly string[]): string | null =>
  paths.length === 0
    ? null
    : paths.map((path) => `downgraded:${path.replace(/[^\x20-\x7e]/g, "?").replaceAll(",", "?")}`).join(", ");

describe("the emulated upstream", () => {
  test.each([
    ["which follows references", command, false],
    ["which reads three keywords at the top", nova, false],
    ["which can be held to a schema", gptOss, true],
  ] as const)("%s (%s) takes each tool, and the header names the losses", async (_kind, model, strict) => {
    const routes = `models: { m: { deployments: ["up/${model}"], conformance: enforce } }`;
    const gateway = await startGateway({ providers, routes, upstream: startBedrock });
    for (const { name, schema } of corpus) {
      const tool = { type: "function", function: { name: "f", parameters: schema, ...(strict && { strict }) } };
      const answer = await gateway.post({ model: "m", messages: [{ role: "user", content: "Hi." }], tools: [tool] });
      expect(answer.status, `${name}: ${answer.text}`).toBe(200);
      const { changes, strict: isHeld } = toInputSchema(schema, "tools[0].function.parameters", {
        strict,
        plain: model === nova,
      });
      const lost = [...told(changes), ...(strict && !isHeld ? ["tools[0].function.strict"] : [])];
      expect(answer.headers.get("x-specgate-changes"), name).toBe(headerOf(lost));
    }
  });
});
