import { describe, expect, test } from "vitest";
import { emitFields } from "../../scripts/spec/emit-fields.ts";
import { emitOperations } from "../../scripts/spec/emit-operations.ts";
import { fieldsOf } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import type { Schema } from "../../scripts/spec/schema.ts";
import { specOf } from "./_spec.ts";

/** The union of fate keys in emitted code. */
function unionIn(code: string): readonly string[] {
  const [, union = ""] = /export type ChatRequestField =\n([^;]*);/.exec(code) ?? [];
  return union.split("\n").map((line) => JSON.parse(line.replace("  | ", "")));
}

/** ChatRequestField of the openai spec with one more member in a component. */
function chatRequestField(component: string, added: Record<string, Schema>): readonly string[] {
  const { schemas } = structuredClone(loadSpec("openai").components);
  const schema = schemas[component];
  if (schema === undefined) throw new Error(`no component ${component}`);
  schema.properties = { ...schema.properties, ...added };
  return unionIn(emitFields("ChatRequest", fieldsOf("CreateChatCompletionRequest", schemas)));
}

describe("a member that appears in the spec", () => {
  const before = new Set(chatRequestField("CreateChatCompletionRequest", {}));
  const since = (keys: readonly string[]): readonly string[] => keys.filter((key) => !before.has(key));

  test("is a new member of ChatRequestField", () => {
    const keys = chatRequestField("CreateChatCompletionRequest", { shiny: { type: "boolean" } });
    expect(since(keys)).toEqual(["shiny"]);
    expect(keys).toHaveLength(before.size + 1);
  });

  test("brings its words", () => {
    const mood = { type: "string", enum: ["calm", "wild"] };
    expect(since(chatRequestField("CreateChatCompletionRequest", { mood }))).toEqual([
      "mood",
      "mood=calm",
      "mood=wild",
    ]);
  });

  test("is there once for every place of its component", () => {
    const keys = since(chatRequestField("ChatCompletionRequestMessageContentPartText", { tone: { type: "string" } }));
    expect(keys).toContain("messages[]<user>.content[]<text>.tone");
    expect(keys).toContain("messages[]<system>.content[].tone");
    expect(keys).toContain("prediction.content[].tone");
  });
});

describe("emitted fields", () => {
  const spec = specOf({
    Ask: {
      type: "object",
      properties: {
        level: { type: "string", enum: ["low", "high"], default: "low" },
        parts: {
          type: "array",
          items: {
            oneOf: [
              { type: "object", properties: { type: { type: "string", enum: ["a"] }, x: { type: "string" } } },
              { type: "object", properties: { type: { type: "string", enum: ["b"] } } },
            ],
          },
        },
        free: { type: "object", additionalProperties: true },
      },
    },
  });

  test("are a union and the shape that finds them in a message", () => {
    expect(
      emitFields("Ask", fieldsOf("Ask", spec.components.schemas)),
    ).toBe(`/** Every place in Ask that needs a fate. */
export type AskField =
  | "level"
  | "level=low"
  | "level=high"
  | "parts"
  | "parts[]<a>"
  | "parts[]<a>.x"
  | "parts[]<b>"
  | "free";

/** Where the places of Ask are. */
export const askShape: Shape = ${JSON.stringify({
      key: "",
      properties: {
        level: { key: "level", values: ["low", "high"], default: "low" },
        parts: {
          key: "parts",
          items: {
            key: "parts[]",
            tag: "type",
            variants: {
              a: { key: "parts[]<a>", properties: { x: { key: "parts[]<a>.x" } } },
              b: { key: "parts[]<b>" },
            },
          },
        },
        free: { key: "free", open: true },
      },
    })};
`);
  });
});

describe("emitted operations", () => {
  test("are one row per operation, by spec", () => {
    const first = specOf({}, { "/models": { get: { operationId: "listModels" }, post: { operationId: "addModel" } } });
    const second = specOf({}, { "/models/{model}": { parameters: [], delete: { operationId: "deleteModel" } } });
    expect(
      emitOperations(
        new Map([
          ["first", first],
          ["second", second],
        ]),
      ),
    ).toBe(`/** Method and path of every operation, by spec and operationId. */
export const operations = {
  first: {
    listModels: { method: "GET", path: "/models" },
    addModel: { method: "POST", path: "/models" },
  },
  second: {
    deleteModel: { method: "DELETE", path: "/models/{model}" },
  },
} as const;
`);
  });
});
