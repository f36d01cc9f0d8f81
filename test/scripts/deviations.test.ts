import { describe, expect, test } from "vitest";
import { parseDeviations, subtract } from "../../scripts/spec/check/deviations.ts";
import { reportComparison } from "../../scripts/spec/check/report.ts";
import { apiOf, apiWith, compare, linesOf } from "./_compare.ts";

describe("deviations", () => {
  const ours = apiWith({ type: "string", enum: ["a", "b"] });
  const theirs = apiWith({ type: "string", enum: ["a"] });
  const comparison = compare(ours, [theirs]);
  const entry = { spec: "test", path: "Ask.member=b", kind: "removed", why: "newer", evidence: "a page" };
  const read = (...entries: object[]): ReturnType<typeof parseDeviations> => parseDeviations(entries, ["test"]);

  test("are subtracted from the differences", () => {
    expect(linesOf(comparison)).toEqual(["- Ask.member=b  word"]);
    expect(subtract(comparison, read(entry).deviations)).toEqual({ differences: [], stale: [] });
  });

  test("may name several places", () => {
    const { deviations } = read({ ...entry, path: ["Ask.member=b", "Ask.talk"] });
    expect(deviations.map(({ path }) => path)).toEqual(["Ask.member=b", "Ask.talk"]);
  });

  test.each([
    ["of another kind", { ...entry, kind: "added" }],
    ["at another place", { ...entry, path: "Ask.member=c" }],
    ["of the whole", { ...entry, path: "Ask.member" }],
    ["of a word that a component of its own has", { ...entry, path: "Ask=c" }],
  ])("%s leave the difference and are stale", (_name, other) => {
    const { differences, stale } = subtract(comparison, read(other).deviations);
    expect(differences).toHaveLength(1);
    expect(stale).toMatchObject([{ path: other.path }]);
  });

  test("that match nothing any more are reported by name", () => {
    const same = compare(ours, [ours]);
    const rest = subtract(same, read(entry).deviations);
    expect(reportComparison("test", [], same, rest)).toContain(
      "! Ask.member=b  removed: in specs/deviations.yaml, but no",
    );
  });

  test("of what upstream was not asked about this time are left alone", () => {
    const mute = apiOf({
      Ask: {
        type: "object",
        properties: { talk: { type: "integer" }, words: { type: "string" }, member: { type: "string" } },
      },
    });
    const { deviations } = read(entry, { ...entry, path: "Other.member" }, { ...entry, path: "tell/error" });
    expect(subtract(compare(ours, [mute]), deviations).stale).toEqual([]);
  });

  test("about one kind of description count only where such a one is compared", () => {
    const { deviations } = read({ ...entry, upstream: "openapi" });
    const apart = new Map([["openapi", comparison] as const]);
    expect(subtract(comparison, deviations, apart)).toEqual({ differences: [], stale: [] });
    const others = new Map([["sdk", comparison] as const]);
    expect(subtract(comparison, deviations, others)).toEqual({ differences: comparison.differences, stale: [] });
  });

  test("about one kind of description are not stale because another agrees with us", () => {
    const { deviations } = read({ ...entry, upstream: "openapi" });
    const together = compare(ours, [theirs, ours]);
    expect(together.differences).toEqual([]);
    expect(subtract(together, deviations, new Map([["openapi", comparison]])).stale).toEqual([]);
    expect(subtract(together, deviations, new Map([["openapi", together]])).stale).toEqual(deviations);
  });

  test("about several kinds of description may name the same place", () => {
    const entries = [
      { ...entry, upstream: "openapi" },
      { ...entry, upstream: "sdk" },
    ];
    expect(read(...entries).mistakes).toEqual([]);
  });

  test.each<[object, string]>([
    [{ ...entry, upstream: "letters" }, "upstream is one of openapi, discovery, json-schema, protos, sdk, not letters"],
    [{ ...entry, path: "Ask.*" }, "Ask.* has a wildcard"],
    [{ ...entry, kind: "gone" }, "kind is one of added, removed"],
    [{ ...entry, spec: "other" }, "there is no spec other"],
    [{ ...entry, evidence: "" }, "evidence is missing"],
    [{ ...entry, why: undefined }, "why is missing"],
    [{ ...entry, path: [] }, "path is missing"],
    [{ ...entry, until: "later" }, "until means nothing here"],
  ])("%j is refused", (wrong, message) => {
    const { deviations, mistakes } = read(wrong);
    expect(deviations).toEqual([]);
    expect(mistakes).toEqual([expect.stringContaining(message)]);
  });

  test("are there once", () => {
    expect(read(entry, entry).mistakes).toEqual(["specs/deviations.yaml: Ask.member=b is there twice"]);
  });
});
