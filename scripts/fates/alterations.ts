import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Alteration } from "./alteration.ts";
import { entryAlterations } from "./entries.ts";
import { translatorAlterations } from "./translators.ts";

const tables = ["src/dialects/gemini/chat/fates.ts", "src/dialects/gemini/chat/response-fates.ts"];

/**
 * Everything that is altered, one at a time.
 * Fails: throws when a text does not stand in its file exactly once; the list has fallen behind the code.
 */
export function alterationsOf(root: string): readonly Alteration[] {
  const entries = tables.flatMap((file) => entryAlterations(file, readFileSync(join(root, file), "utf8")));
  const all = [...entries, ...translatorAlterations];
  for (const { name, file, text, becomes } of all) {
    const found = readFileSync(join(root, file), "utf8").split(text).length - 1;
    if (found !== 1) throw new Error(`${name}: found ${found} times in ${file}: ${text}`);
    if (text === becomes) throw new Error(`${name}: nothing would change`);
  }
  return all;
}
