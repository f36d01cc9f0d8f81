import { describe, expect, test } from "vitest";
import { type Field, fateKeys, fieldsOf, walk } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import type { Schemas } from "../../scripts/spec/schema.ts";
import { ref } from "./_spec.ts";

const schemas: Schemas = {
  Request: {
    type: "object",
    required: ["messages", "object"],
    properties: {
      messages: { type: "array", items: ref("Message") },
      object: { type: "string", enum: ["request"] },
      level: { type: ["string", "null"], enum: ["low", "high", null], default: "low" },
      stop: { oneOf: [{ type: "string" }, { type: "array", maxItems: 4, items: { type: "string" } }] },
      kinds: { type: "array", items: { type: "string", enum: ["text", "audio"] } },
      labels: { type: "object", additionalProperties: ref("Label") },
      schema: ref("Tree"),
      limits: { anyOf: [ref("Limits"), { type: "null" }] },
      extra: { type: "boolean", "x-specgate-extension": true },
    },
  },
  Message: { oneOf: [ref("User"), ref("Tool")] },
  User: {
    type: "object",
    required: ["role"],
    properties: { role: { type: "string", enum: ["user"] }, content: { type: "string" } },
  },
  Tool: { type: "object", properties: { role: { type: "string", enum: ["tool"] }, id: { type: "string" } } },
  Label: { type: "object", properties: { text: { type: "string" } } },
  Tree: {
    type: "object",
    properties: {
      title: { type: "string" },
      items: ref("Tree"),
      either: { anyOf: [ref("Tree"), { type: "null" }] },
      defs: { type: "object", additionalProperties: ref("Tree") },
    },
  },
  Limits: { type: "object", properties: { top: { type: "integer", minimum: 1, maximum: 9 } } },
};

const root = fieldsOf("Request", schemas);

function at(path: string): Field {
  const found = [...walk(root)].find((field) => field.path === path);
  if (found === undefined) throw new Error(`no field ${path}`);
  return found;
}

describe("the fate keys of a component", () => {
  test("are its places, variants and words, parents first", () => {
    expect(fateKeys(root)).toEqual([
      "messages",
      "messages[]<user>",
      "messages[]<user>.content",
      "messages[]<tool>",
      "messages[]<tool>.id",
      "level",
      "level=low",
      "level=high",
      "stop",
      "kinds",
      "kinds[]=text",
      "kinds[]=audio",
      "labels",
      "schema",
      "schema.title",
      "schema.items",
      "schema.either",
      "schema.defs",
      "limits",
      "limits.top",
      "extra",
    ]);
  });

  test("leave out a required member that can say one word only", () => {
    expect(fateKeys(root)).not.toContain("object");
  });

  test("keep an optional one: leaving it out is another choice", () => {
    const optional: Schemas = { Root: { type: "object", properties: { type: { type: "string", enum: ["a"] } } } };
    expect(fateKeys(fieldsOf("Root", optional))).toEqual(["type"]);
  });

  test("are each there once in the specs we have", () => {
    const keys = fateKeys(fieldsOf("CreateChatCompletionRequest", loadSpec("openai").components.schemas));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain("messages[]<user>.content[]<image_url>.image_url.detail=low");
  });
});

describe("a field", () => {
  test("knows its types, null apart", () => {
    expect(at("level")).toMatchObject({ types: ["string"], nullable: true, required: false, default: "low" });
    expect(at("stop")).toMatchObject({ types: ["array", "string"], nullable: false });
    expect(at("limits")).toMatchObject({ types: ["object"], nullable: true });
  });

  test("knows the words of a closed list without null", () => {
    expect(at("level").values).toEqual(["low", "high"]);
    expect(at("messages[]<user>.content").values).toBeUndefined();
  });

  test("knows its bounds, also those of a member of a union", () => {
    expect(at("limits.top").bounds).toEqual({ minimum: 1, maximum: 9 });
    expect(at("stop").bounds).toEqual({ maxItems: 4 });
  });

  test("says whether its variant's tag is required", () => {
    expect(at("messages[]<user>").required).toBe(true);
    expect(at("messages[]<tool>").required).toBe(false);
  });

  test("is marked when it comes from the extensions", () => {
    expect([...walk(root)].filter((field) => field.extension).map((field) => field.path)).toEqual(["extra"]);
  });

  test("describes the members of a map, without a path among the fates", () => {
    expect(at("labels").entries).toMatchObject({ path: "labels.{}", kind: "entry", types: ["object"] });
    expect(at("labels").entries?.properties.get("text")?.path).toBe("labels.{}.text");
  });
});

describe("a component inside itself is named and not entered again", () => {
  test.each(["schema.items", "schema.either"])("as %s", (path) => {
    expect(at(path)).toMatchObject({ again: true, types: ["object"], properties: new Map() });
  });

  test("as a member of a map", () => {
    expect(at("schema.defs").entries).toMatchObject({ again: true, path: "schema.defs.{}" });
  });

  test("behind another name", () => {
    const alias: Schemas = { A: ref("B"), B: { type: "object", properties: { child: ref("A") } } };
    expect(fateKeys(fieldsOf("A", alias))).toEqual(["child"]);
  });
});
