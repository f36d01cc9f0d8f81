import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { outlineOf, readDeviations, readSources } from "../../scripts/spec/check/check.ts";
import type { Deviation } from "../../scripts/spec/check/deviations.ts";
import { judge } from "../../scripts/spec/check/judge.ts";
import { installed, type Oracle, readOracle } from "../../scripts/spec/check/oracle.ts";
import { alterationsOf, prove } from "../../scripts/spec/check/prove.ts";
import { readSpec } from "../../scripts/spec/load.ts";
import { toOutline } from "../../scripts/spec/readers/read.ts";
import { readSdkTypes } from "../../scripts/spec/readers/sdk.ts";
import type { Spec } from "../../scripts/spec/schema.ts";
import { targets } from "../../scripts/spec/targets.ts";
import fc from "../_fc.ts";
import { runScript } from "./_run.ts";
import { specOf, temporaryFolder } from "./_spec.ts";
import { tiny, tinyDeclarations, tinyJsonSchema } from "./_tiny.ts";

/** Whether a comparison fails; one that cannot be made fails too. */
function isNoticed(name: string, spec: Spec, oracle: Oracle, deviations: readonly Deviation[]): boolean {
  try {
    return !judge(name, outlineOf(name, spec), oracle, deviations).fine;
  } catch {
    return true;
  }
}

describe("taking a property, a word or a required out of specs/openai.yaml", () => {
  const spec = readSpec("openai");
  const { deviations } = readDeviations();
  const types = readSources().sources.filter((one) => one.spec === "openai" && one.content?.fetched === false);
  const sdk = readOracle(types, installed);
  // The SDK has no type for the body of an error, only for what is in it.
  const known = alterationsOf(spec).filter(({ gone }) => !/^(required )?ErrorResponse\./.test(gone));

  test("is possible at some hundred places", () => {
    expect(known.length).toBeGreaterThan(500);
    expect(isNoticed("openai", spec, sdk, deviations)).toBe(false);
  });

  test("fails the check beside the SDK's types", { timeout: 60_000 }, () => {
    const property = fc.property(fc.constantFrom(...known), ({ gone, apply }) => {
      expect([gone, isNoticed("openai", apply(), sdk, deviations)]).toEqual([gone, true]);
    });
    fc.assert(property, { numRuns: 60, interruptAfterTimeLimit: 20_000 });
  });
});

describe("taking a property, a word or a required out of", () => {
  const roots = targets.map(({ spec, modes }) => [spec, modes.flatMap(({ validators }) => validators)] as const);

  test.each(roots)("specs/%s.yaml fails the check beside the spec as it was", { timeout: 60_000 }, (name, names) => {
    const spec = readSpec(name);
    const whole: Oracle = { upstreams: [outlineOf(name, spec)], roots: new Map(names.map((one) => [one, one])) };
    expect(isNoticed(name, spec, whole, [])).toBe(false);
    // Parameters of a path are not compared.
    const known = alterationsOf(spec).filter(({ gone }) => !gone.startsWith("parameter ApiVersion"));
    const property = fc.property(fc.constantFrom(...known), ({ gone, apply }) => {
      expect([gone, isNoticed(name, apply(), whole, [])]).toEqual([gone, true]);
    });
    fc.assert(property, { numRuns: 25, interruptAfterTimeLimit: 15_000 });
  });
});

describe("every property, word and required of a small spec", () => {
  const same = (): Oracle => ({ upstreams: [outlineOf("tiny", tiny)], roots: new Map() });

  const schema = (): Oracle => {
    const roots = new Map([
      ["TheAsk", "Ask"],
      ["TheAnswer", "Answer"],
    ]);
    return { upstreams: [toOutline("schema", tinyJsonSchema)], roots };
  };

  const declarations = (): Oracle => {
    const file = join(temporaryFolder(), "tiny.d.ts");
    writeFileSync(file, tinyDeclarations);
    const types = readSdkTypes({ name: "sdk", files: [file], wanted: ["AskParams", "Answer"] });
    const roots = new Map([
      ["AskParams", "Ask"],
      ["Answer", "Answer"],
    ]);
    return { upstreams: [types], roots };
  };

  test.each([
    ["the spec as it was", same],
    ["JSON Schema", schema],
    ["declarations of types", declarations],
  ])("is missed beside %s", (_name, make) => {
    const oracle = make();
    expect(isNoticed("tiny", tiny, oracle, [])).toBe(false);
    expect(prove("tiny", tiny, [oracle], [])).toEqual({ altered: 31, noticed: 31, unnoticed: [], unseen: [] });
  });

  test("that one of two descriptions does not have is not missed, and named", () => {
    const loose = structuredClone(tiny);
    delete loose.components.schemas["Answer"]?.required;
    const oracle: Oracle = { upstreams: [outlineOf("tiny", tiny), outlineOf("tiny", loose)], roots: new Map() };
    expect(prove("tiny", tiny, [oracle], []).unnoticed).toEqual(["required Answer.id"]);
    expect(prove("tiny", tiny, [oracle, same()], []).unnoticed).toEqual([]);
  });

  test("that is nowhere upstream is out of sight", () => {
    const more = specOf({ ...tiny.components.schemas, Own: { type: "object", properties: { a: { type: "string" } } } });
    const { unseen, unnoticed } = prove("tiny", { ...more, paths: tiny.paths ?? {} }, [same()], []);
    expect({ unseen, unnoticed }).toEqual({ unseen: ["Own.a"], unnoticed: [] });
  });

  test("is missed at a place that has other types on purpose", () => {
    const upstream = structuredClone(tiny);
    const { properties = {} } = upstream.components.schemas["Ask"] ?? {};
    properties["model"] = { type: "integer" };
    const oracle: Oracle = { upstreams: [outlineOf("tiny", upstream)], roots: new Map() };
    const meant: Deviation = { spec: "tiny", path: "Ask.model", kind: "types", upstream: undefined };
    expect(isNoticed("tiny", tiny, oracle, [meant])).toBe(false);
    expect(prove("tiny", tiny, [oracle], [meant]).unnoticed).toEqual([]);
  });

  test("is told by check:specs --prove", { timeout: 60_000 }, async () => {
    const file = join(temporaryFolder(), "emulator.json");
    writeFileSync(file, JSON.stringify(readSpec("emulator")));
    const args = ["--spec", "emulator", "--prove", "--upstream", file, "--root", "Script=Script"];
    const { code, stdout } = await runScript("check-specs.ts", args);
    expect(stdout).toMatch(/^emulator: (\d+) altered, \1 noticed, 0 not; 0 more are out of sight/);
    expect(code).toBe(0);
  });
});
