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

const extension = { "x-specgate-extension": true };

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
    expect(place?.properties?.["kind"]).toEqual({ type: ["string", "null"] });
    expect(place?.properties?.["level"]).toEqual({ type: ["string", "null"] });
  });

  test("read tolerantly bounds nothing", () => {
    const bounded = {
      Text: { type: "string", minLength: 1, maxLength: 64 },
      Place: {
        type: "object",
        properties: {
          count: { type: "integer", minimum: 0, maximum: 9 },
          list: { type: "array", items: ref("Text"), minItems: 1, maxItems: 2 },
        },
      },
    };
    expect(relax(bounded, "tolerant")).toEqual({
      Text: { type: "string" },
      Place: {
        type: "object",
        properties: { count: { type: ["integer", "null"] }, list: { type: ["array", "null"], items: ref("Text") } },
      },
    });
    expect(relax(bounded, "received")["Text"]).toEqual(bounded.Text);
  });

  test("read tolerantly keeps the words that tell variants apart", () => {
    const kind = (word: string) => ({ type: "string", enum: [word] });
    const variants = {
      Root: { type: "object", properties: { object: kind("root"), parts: { type: "array", items: ref("Part") } } },
      Part: { oneOf: [ref("Text"), { type: "object", properties: { type: kind("image") } }] },
      Text: { type: "object", properties: { type: kind("text"), role: kind("user") } },
    };
    const { Root, Part, Text } = relax(variants, "tolerant");
    expect(Root?.properties?.["object"]).toEqual({ type: ["string", "null"] });
    expect(Part?.oneOf?.[1]?.properties?.["type"]).toEqual({ type: ["string", "null"], enum: ["image", null] });
    expect(Text?.properties).toEqual({
      type: { type: ["string", "null"], enum: ["text", null] },
      role: { type: ["string", "null"] },
    });
  });

  test.each(["received", "tolerant"] as const)("read as %s keeps the word of a tag that may be null", (mode) => {
    const type = { type: ["string", "null"], enum: ["own", null] };
    const variants = {
      Tool: { oneOf: [ref("Own"), { type: "object", properties: { type: { type: "string", enum: ["bash"] } } }] },
      Own: { type: "object", properties: { type } },
    };
    expect(relax(variants, mode)["Own"]?.properties).toEqual({ type });
  });

  test("read as published has no extensions", () => {
    const extended = {
      Root: {
        type: "object",
        properties: {
          own: { type: "object", properties: { a: { type: "string" }, b: { type: "string", ...extension } } },
          other: { type: "string", ...extension },
        },
      },
    };
    expect(relax(extended, "published")).toEqual({
      Root: {
        type: "object",
        properties: { own: { type: "object", properties: { a: { type: "string" } } } },
      },
    });
  });

  test("read as closed refuses unknown members, but where the spec allows them", () => {
    const closed = relax(schemas, "closed");
    expect(closed["Place"]).toEqual({ ...schemas["Place"], additionalProperties: false });
    expect(closed["Free"]).toEqual(schemas["Free"]);
  });

  test.each(["received", "tolerant", "closed", "published"] as const)(
    "is not changed itself when read as %s",
    (mode) => {
      const before = structuredClone(schemas);
      relax(schemas, mode);
      expect(schemas).toEqual(before);
    },
  );
});
