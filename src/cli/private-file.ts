import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { CommandFailure } from "./failure.ts";

/** Fails: throws a `CommandFailure` where there is a file that nobody said may be written over. */
export function checkFree(file: string, force: boolean): void {
  if (!force && existsSync(file)) throw taken(file);
}

/**
 * Writes a file that holds a secret, for its owner alone. What was there is replaced whole or not at all.
 * Fails: rejects with a `CommandFailure` where it cannot be written, or is there already and `force` is not said.
 */
export async function writePrivate(file: string, text: string, force: boolean): Promise<void> {
  const draft = force ? `${file}.${randomUUID()}` : file;
  try {
    await writeFile(draft, text, { flag: "wx", mode: 0o600 });
    if (force) await rename(draft, file);
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown error";
    if (force) await rm(draft, { force: true });
    throw code === "EEXIST" ? taken(file) : new CommandFailure(`${file} cannot be written (${code})`);
  }
}

function taken(file: string): CommandFailure {
  return new CommandFailure(`${file} is there already and is left as it is; --force writes over it`);
}
