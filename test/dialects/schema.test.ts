import { describe, expect, test } from "vitest";
import { keywords } from "../../src/dialects/gemini/schema/keywords.ts";
import { isAnnotation } from "../../src/dialects/schema/keywords.ts";
import { rewriteDocument } from "../../src/dialects/schema/rewrite.ts";

describe("keywords", () => {
  const partners = ["minContains", "maxContains", "then", "else"];
  const kept = ["title", "description", "$defs", "definitions", "propertyOrdering"];

  test.each(Object.entries(keywords))(
    "%s is an annotation where Gemini may let it go in silence",
    (keyword, [treatment]) => {
      const isSilent = treatment === "silent" && !partners.includes(keyword);
      expect(isAnnotation(keyword)).toBe(isSilent || kept.includes(keyword));
    },
  );

  test("nobody knows what others mean", () => {
    expect(isAnnotation("x-order")).toBe(true);
    expect(isAnnotation("constructor")).toBe(true);
  });
});

describe("a form that has few words", () => {
  const form = {
    words: new Set<never>(),
    leastItems: 0,
    formats: new Set(["date"]),
    listsFlags: false,
    takesAnything: true,
    quotes: false,
  };
  const str = { type: "string" };

  test.each<[string, object, unknown, readonly string[]]>([
    [
      "bounds",
      { type: "number", minimum: 1, maximum: 2 },
      { type: "number", description: "At least 1; at most 2" },
      [".minimum", ".maximum"],
    ],
    [
      "a number of items",
      { type: "array", items: str, minItems: 1 },
      { type: "array", items: str, minItems: 0, description: "At least 1 items" },
      [".minItems"],
    ],
    [
      "the end of a tuple",
      { type: "array", items: [str], additionalItems: false },
      { type: "array", prefixItems: [str], description: "At most 1 items" },
      [".items"],
    ],
    [
      "an order",
      { type: "object", properties: { a: str }, propertyOrdering: ["a"] },
      { type: "object", properties: { a: str } },
      [],
    ],
    ["a format that it knows", { type: "string", format: "date" }, { type: "string", format: "date" }, []],
    [
      "a format of another type",
      { type: "integer", format: "date" },
      { type: "integer", description: "Format: date" },
      [".format"],
    ],
    ["a condition", { type: "string", not: { const: "a" } }, str, [".not"]],
    ["a flag", { const: true }, { type: "boolean", description: "Always true" }, [".const"]],
  ])("tells of %s", (_name, schema, want, losses) => {
    const told: string[] = [];
    const { root } = rewriteDocument(
      { ...schema },
      { path: "", form, keepsPaths: false, lost: (path) => told.push(path) },
    );
    expect(root).toEqual(want);
    expect(told).toEqual(losses);
  });
});
