import { describe, expect, test } from "vitest";
import { relax } from "../../scripts/spec/relax.ts";
import type { Schemas } from "../../scripts/spec/schema.ts";
import { ref } from "./_spec.ts";

const schemas: Schemas = {
  Place: {
    type: "object",
    required: ["kind", "level"],
    properties: {
      kind: { type: "string", enum: ["place"] },
      level: { type: "string", enum: ["low", "high"] },
      size: { type: "integer" },
      near: ref("Place"),
      maybe: { anyOf: [ref("Place"), { type: "null" }] },
      word: { type: "string", enum: ["only"] },
      anything: {},
    },
  },
  Free: { type: "object", properties: { a: { type: "string" } }, additionalProperties: true },
};

describe("a spec", () => {
  test("read exactly is what was written", () => {
    expect(relax(schemas, "exact")).toBe(schemas);
  });

  test("read as received lets optional members be null and lists of words grow", () => {
    expect(relax(schemas, "received")["Place"]).toEqual({
      type: "object",
      required: ["kind", "level"],
      properties: {
        kind: { type: "string", enum: ["place"] },
        level: { type: "string" },
        size: { type: ["integer", "null"] },
        near: { anyOf: [ref("Place"), { type: "null" }] },
        maybe: { anyOf: [ref("Place"), { type: "null" }] },
        word: { type: ["string", "null"], enum: ["only", null] },
        anything: {},
      },
    });
  });

  test("read tolerantly requires nothing, so that everything may be null", () => {
    const place = relax(schemas, "tolerant")["Place"];
    expect(place).not.toHaveProperty("required");
    expect(place?.properties?.["kind"]).toEqual({ type: ["string", "null"], enum: ["place", null] });
    expect(place?.properties?.["level"]).toEqual({ type: ["string", "null"] });
  });

  test("read as closed refuses unknown members, but where the spec allows them", () => {
    const closed = relax(schemas, "closed");
    expect(closed["Place"]).toEqual({ ...schemas["Place"], additionalProperties: false });
    expect(closed["Free"]).toEqual(schemas["Free"]);
  });

  test.each(["received", "tolerant", "closed"] as const)("is not changed itself when read as %s", (mode) => {
    const before = structuredClone(schemas);
    relax(schemas, mode);
    expect(schemas).toEqual(before);
  });
});
