import { existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type CommandDef, defineCommand } from "citty";
import type { Output } from "./check.ts";

const starter = fileURLToPath(new URL("../../routes.yaml", import.meta.url));

const args = {
  file: { type: "positional", description: "Where to write it.", default: "routes.yaml" },
} as const;

/**
 * `specgate init [FILE]`: a routes.yaml to begin with. An existing file is left alone.
 *
 * Exit code: 0 written; 1 the file exists.
 */
export function createInitCommand(out: Output = process.stdout): CommandDef<typeof args> {
  return defineCommand({
    meta: { name: "init", description: "Write a routes.yaml to begin with." },
    args,
    run: async ({ args: given }) => {
      if (existsSync(given.file)) {
        out.write(`${given.file} exists already; it is left as it is\n`);
        process.exitCode = 1;
        return;
      }
      await copyFile(starter, given.file);
      out.write(`wrote ${given.file}; \`specgate check\` says what it still needs\n`);
    },
  });
}
