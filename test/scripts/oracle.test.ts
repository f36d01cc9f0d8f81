import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSources } from "../../scripts/spec/check/check.ts";
import { fetchInto } from "../../scripts/spec/check/fetch.ts";
import { installed, readOracle } from "../../scripts/spec/check/oracle.ts";
import type { PackageContent, Source } from "../../scripts/spec/check/sources.ts";
import { temporaryFolder } from "./_spec.ts";

const content: PackageContent = {
  name: "sdk",
  fetched: false,
  files: ["types.d.ts", "protos.json"],
  roots: new Map([["Thing", "Model"]]),
};
const source: Source = { spec: "openai", name: "types", revision: "1.2.3", content };

/** A package in a folder of its own. */
function packageWith(version: string, types = "export interface Thing { id: string }"): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "sdk", version }));
  writeFileSync(join(folder, "types.d.ts"), types);
  writeFileSync(join(folder, "protos.json"), JSON.stringify({ nested: { a: { nested: { S: { methods: {} } } } } }));
  return folder;
}

describe("a package that describes an API", () => {
  test("is read as declarations and protos, with what its types are here", () => {
    const folder = packageWith("1.2.3");
    const { upstreams, roots } = readOracle([source], () => folder);
    expect(upstreams.map(({ name, format }) => `${name} ${format}`)).toEqual(["sdk 1.2.3 protos", "sdk 1.2.3 sdk"]);
    expect([...roots]).toEqual([["Thing", "Model"]]);
  });

  test("is left out where the source is no package", () => {
    expect(readOracle([{ ...source, content: undefined }], installed)).toEqual({ upstreams: [], roots: new Map() });
  });

  test.each<[string, () => string, string]>([
    ["is not there", () => "/nowhere", "sdk 1.2.3 is not installed; run npm ci"],
    [
      "has another version than the spec was compared with",
      () => packageWith("1.3.0"),
      "sdk is at 1.3.0; specs/sources.yaml says the spec was compared with 1.2.3",
    ],
    ["has lost a type", () => packageWith("1.2.3", "export interface Other {}"), "sdk 1.2.3 has no type Thing"],
  ])("fails when it %s", (_name, make, message) => {
    const folder = make();
    expect(() => readOracle([source], () => folder)).toThrow(message);
  });

  test("has the version in package.json that specs/sources.yaml names, in each case that npm ci installs", () => {
    const here = readSources().sources.filter(({ content }) => content?.fetched === false);
    expect(here.map(({ spec }) => spec)).toContain("openai");
    expect(() => readOracle(here, installed)).not.toThrow();
  });
});

describe("a package that is fetched", () => {
  /** Stands for npm: packs what it is asked for, or does as told, and notes how it was called. */
  function npmThat(does: string): { readonly npm: string; readonly calls: () => readonly string[] } {
    const folder = temporaryFolder();
    const npm = join(folder, "npm");
    const log = join(folder, "calls");
    writeFileSync(npm, `#!/bin/sh\necho "$@" >> ${log}\n${does}\n`);
    chmodSync(npm, 0o755);
    return { npm, calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []) };
  }

  const packs = 'mkdir package && echo "{}" > package/package.json && tar -czf sdk.tgz package && rm -r package';

  test("comes from npm in its exact version, once", () => {
    const { npm, calls } = npmThat(packs);
    const folder = temporaryFolder();
    const locate = fetchInto(folder, npm);
    const place = locate({ ...content, name: "@acme/sdk" }, "1.2.3");
    expect(locate({ ...content, name: "@acme/sdk" }, "1.2.3")).toBe(place);
    expect(readdirSync(place)).toEqual(["package.json"]);
    expect(readdirSync(folder)).toEqual(["@acme+sdk@1.2.3"]);
    expect(calls()).toEqual(["pack --silent --ignore-scripts @acme/sdk@1.2.3"]);
  });

  test.each([
    ["npm fails", "echo no such version >&2; exit 1"],
    ["npm packs nothing", "true"],
    ["what came is no archive", "echo x > sdk.tgz"],
  ])("is not taken for there when %s", (_name, does) => {
    const folder = temporaryFolder();
    expect(() => fetchInto(folder, npmThat(does).npm)(content, "1.2.3")).toThrow();
    expect(existsSync(join(folder, "sdk@1.2.3"))).toBe(false);
    expect(existsSync(fetchInto(folder, npmThat(packs).npm)(content, "1.2.3"))).toBe(true);
  });

  test("is there already where its folder is", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "sdk@1.2.3"));
    expect(fetchInto(folder, "/nowhere/npm")(content, "1.2.3")).toBe(join(folder, "sdk@1.2.3"));
  });
});
