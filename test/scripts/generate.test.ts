import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { currentManifest, staleTargets } from "../../scripts/spec/manifest.ts";
import { targets } from "../../scripts/spec/targets.ts";
import { runScript } from "./_run.ts";
import { temporaryFolder } from "./_spec.ts";

/** Every file below a folder, with its text. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(files.map((file) => [file.slice(folder.length + 1), readFileSync(file, "utf8")]));
}

describe("generation", () => {
  test("is deterministic, and skipped when nothing changed", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    const runs = [await runScript("generate.ts", ["--out", first]), await runScript("generate.ts", ["--out", second])];
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: "" },
      { code: 0, stderr: "" },
    ]);
    const files = filesIn(first);
    expect(filesIn(second)).toEqual(files);
    expect(files.size).toBeGreaterThan(10);
    for (const { stdout } of runs) expect(stdout).toMatch(/is new \(\d+ ms\)\n$/);

    const marker = join(first, "operations.ts");
    writeFileSync(marker, "untouched");
    expect(await runScript("generate.ts", ["--out", first])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(marker, "utf8")).toBe("untouched");

    writeFileSync(join(first, "manifest.json"), "{}");
    expect((await runScript("generate.ts", ["--out", first])).stdout).toContain("is new");
    expect(filesIn(first)).toEqual(files);
  });

  test("makes anew what a spec that changed is in, and what is missing, and no more", { timeout: 90_000 }, async () => {
    const folder = join(temporaryFolder(), "out");
    const run = async () => {
      const { code, stdout, stderr } = await runScript("generate.ts", ["--out", folder]);
      expect({ code, stderr, isNew: stdout.includes("is new") }).toEqual({ code: 0, stderr: "", isNew: true });
    };
    await run();
    const files = filesIn(folder);
    const inFolder = (name: string): string => join(folder, name);
    /** Which files are made when the manifest has other hashes; all files are another's before. */
    const madeAfter = async (spoil: () => void): Promise<ReadonlySet<string>> => {
      for (const name of files.keys()) if (name !== "manifest.json") writeFileSync(inFolder(name), "marked");
      writeFileSync(inFolder("left-over.ts"), "of a target that is gone");
      spoil();
      await run();
      const after = filesIn(folder);
      expect([...after.keys()]).toEqual([...files.keys()]);
      const made = [...files].filter(([name, text]) => after.get(name) === text).map(([name]) => name);
      expect([...after.values()].filter((text) => text === "marked")).toHaveLength(files.size - made.length);
      return new Set(made);
    };
    const withHash = (name: string) => () => {
      const manifest: unknown = JSON.parse(files.get("manifest.json") ?? "");
      writeFileSync(inFolder("manifest.json"), JSON.stringify({ ...Object(manifest), [name]: "another" }));
    };
    const of = (...specs: readonly string[]) => {
      const always = ["validators/validator.ts", "fields/shape.ts", "operations.ts", "routes.schema.json"];
      const isOf = (name: string) =>
        specs.some((spec) => name.includes(`/${spec}.`) || (spec === "admin" && name.startsWith("admin-sdk/")));
      return new Set([...files.keys()].filter((name) => [...always, "manifest.json"].includes(name) || isOf(name)));
    };

    expect(await madeAfter(withHash("specs/admin.yaml"))).toEqual(of("admin"));
    expect(await madeAfter(() => rmSync(inFolder("types/emulator.closed.ts")))).toEqual(of("emulator"));
  });

  const all = targets.map(({ spec }) => spec);
  test.each<[changed: string, stale: readonly string[]]>([
    ["specs/openai.yaml", ["openai"]],
    ["specs/gemini.yaml", ["gemini"]],
    // gemini.yaml takes components of it.
    ["specs/vertex.yaml", ["vertex", "gemini"]],
    ["specs/extensions.yaml", all],
    ["scripts/generate.ts", all],
    ["scripts/spec/compile.ts", all],
    ["scripts/spec/gone.ts", all],
    ["ajv", all],
  ])("a change of %s makes these stale: %j", (changed, stale) => {
    const folder = temporaryFolder();
    const now = currentManifest();
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...Object(JSON.parse(now)), [changed]: "another" }));
    expect(staleTargets(folder, now).map(({ spec }) => spec)).toEqual(stale);
  });

  test("all is stale where nothing was written before, and nothing where nothing has changed", () => {
    const folder = temporaryFolder();
    const now = currentManifest();
    expect(staleTargets(folder, now)).toEqual(targets);
    writeFileSync(join(folder, "manifest.json"), now);
    expect(staleTargets(folder, now)).toEqual([]);
  });

  test("does not empty a folder with other things in it", async () => {
    const folder = join(temporaryFolder(), "mine");
    mkdirSync(folder);
    writeFileSync(join(folder, "notes.txt"), "keep");
    const { code, stderr } = await runScript("generate.ts", ["--out", folder]);
    expect(code).toBe(2);
    expect(stderr).toContain("holds files that this script did not write");
    expect(filesIn(folder)).toEqual(new Map([["notes.txt", "keep"]]));
  });
});
