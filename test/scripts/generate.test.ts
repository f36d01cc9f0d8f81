import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
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
