import { describe, expect, test } from "vitest";
import { bundle } from "../../scripts/spec/bundle.ts";
import { loadSpec, readSpec } from "../../scripts/spec/load.ts";
import type { Schemas, Spec } from "../../scripts/spec/schema.ts";

const specOf = (schemas: Schemas, more: Record<string, unknown> = {}): Spec => ({
  openapi: "3.1.0",
  info: { title: "t", version: "1" },
  components: { schemas, ...more },
});

const other = specOf(
  {
    A: { type: "object", properties: { b: { $ref: "#/components/schemas/B" } } },
    B: { type: "object", properties: { a: { $ref: "#/components/schemas/A" } } },
    C: { type: "string" },
    Far: { $ref: "third.yaml#/components/schemas/C" },
  },
  { parameters: { P: { name: "p", schema: { $ref: "#/components/schemas/C" } } } },
);
const third = specOf({ C: { type: "integer" } });

const read = (name: string): Spec => {
  if (name === "third") return third;
  if (name === "other") return other;
  throw new Error(`no spec ${name}`);
};

describe("a spec with components of another", () => {
  test("gets them with all that they refer to, circles too, and refers to them as its own", () => {
    const own = specOf({ X: { $ref: "other.yaml#/components/schemas/A" } });
    expect(bundle(own, "own", read).components.schemas).toEqual({
      X: { $ref: "#/components/schemas/A" },
      A: other.components.schemas["A"],
      B: other.components.schemas["B"],
    });
  });

  test("gets other components too", () => {
    const own = { ...specOf({}), paths: { "/p": { parameters: [{ $ref: "other.yaml#/components/parameters/P" }] } } };
    const { paths, components } = bundle(own, "own", read);
    expect(paths).toEqual({ "/p": { parameters: [{ $ref: "#/components/parameters/P" }] } });
    expect(components).toEqual({
      schemas: { C: { type: "string" } },
      parameters: { P: { name: "p", schema: { $ref: "#/components/schemas/C" } } },
    });
  });

  test("gets those of a third by way of the second", () => {
    const own = specOf({ X: { $ref: "other.yaml#/components/schemas/Far" } });
    expect(bundle(own, "own", read).components.schemas).toMatchObject({ C: { type: "integer" } });
  });

  test("stays as it is without any, and leaves what it was made of as it was", () => {
    const own = specOf({ X: { type: "string" } });
    expect(bundle(own, "own", read)).toBe(own);
    const before = structuredClone(other);
    bundle(specOf({ X: { $ref: "other.yaml#/components/schemas/A" } }), "own", read);
    expect(other).toEqual(before);
  });

  test.each<[name: string, schemas: Schemas, message: string]>([
    [
      "a name that it has itself",
      { B: { type: "string" }, X: { $ref: "other.yaml#/components/schemas/A" } },
      "specs/own.yaml: schemas/B is a component of its own, or of two others, and of other.yaml",
    ],
    [
      "a name that two others have",
      { X: { $ref: "other.yaml#/components/schemas/C" }, Y: { $ref: "third.yaml#/components/schemas/C" } },
      "is a component of its own, or of two others",
    ],
    [
      "a component that is not there",
      { X: { $ref: "other.yaml#/components/schemas/Z" } },
      "specs/own.yaml: other.yaml#/components/schemas/Z points nowhere",
    ],
    ["a file that is not there", { X: { $ref: "fourth.yaml#/components/schemas/Z" } }, "no spec fourth"],
  ])("cannot have %s", (_name, schemas, message) => {
    expect(() => bundle(specOf(schemas), "own", read)).toThrow(message);
  });
});

test("the Developer API's spec has no name twice, and none that leads out of it", () => {
  const spec = loadSpec("gemini");
  expect(JSON.stringify(spec)).not.toContain(".yaml#/");
  const { Modality } = readSpec("vertex").components.schemas;
  expect(spec.components.schemas["Modality"]).toEqual(Modality);
});
