import { expect, test } from "vitest";
import { withRequestHeaders } from "../../src/providers/request-headers.ts";

test.each<[what: string, fixed: Record<string, string>, said: Record<string, string> | undefined, want: object]>([
  ["nothing said", { a: "1" }, undefined, { a: "1" }],
  ["another header", { a: "1" }, { b: "2" }, { a: "1", b: "2" }],
  ["the same header", { a: "1" }, { a: "2" }, { a: "1,2" }],
  ["lists that overlap", { a: "1, 2" }, { a: "2,3" }, { a: "1,2,3" }],
  ["an empty one", { a: "" }, { a: "2" }, { a: "2" }],
])("headers of a request are added to those of its call: %s", (_what, fixed, said, want) => {
  expect(withRequestHeaders(fixed, said)).toEqual(want);
});
