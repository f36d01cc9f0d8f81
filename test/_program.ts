import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { root } from "./_repository.ts";
import { runModule } from "./_specgate.ts";
import { typeErrorsOf } from "./_typescript.ts";

/** Runs a program of a page, whose types must be right, and tells what it printed. `name` is a file's, without its end. */
export async function outputOf(name: string, text: string): Promise<string> {
  const folder = join(root, ".cache/docs");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, text);
  expect(typeErrorsOf([file])).toEqual([]);
  const { code, stdout, stderr } = await runModule(file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}
