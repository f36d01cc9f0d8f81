import { createHash } from "node:crypto";
import type { Routes } from "./config.ts";

/** SHA-256 of a configured key as lower-case hex; undefined when the entry holds neither key nor digest. */
export function digestOf({ key, digest }: NonNullable<Routes["keys"]>[number]): string | undefined {
  return key === undefined ? digest?.toLowerCase() : createHash("sha256").update(key).digest("hex");
}
