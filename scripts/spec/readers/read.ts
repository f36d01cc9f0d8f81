import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";
import type { Outline } from "./description.ts";
import { readDiscovery } from "./discovery.ts";
import { isRaw } from "./json.ts";
import { readJsonSchema } from "./json-schema.ts";
import { readOpenApi } from "./openapi.ts";

/** Reads a description from a file, JSON or YAML. Fails on a file that is neither or describes nothing. */
export function readUpstream(file: string): Outline {
  const text = readFileSync(file, "utf8");
  return toOutline(basename(file), text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text));
}

/** Reads a parsed description: OpenAPI, Google Discovery or JSON Schema. */
export function toOutline(name: string, parsed: unknown): Outline {
  if (!isRaw(parsed)) throw new Error(`${name} is no API description`);
  if (parsed["openapi"] !== undefined) return readOpenApi(name, parsed);
  if (parsed["resources"] !== undefined || parsed["discoveryVersion"] !== undefined) return readDiscovery(name, parsed);
  if (parsed["definitions"] ?? parsed["$defs"]) return readJsonSchema(name, parsed);
  throw new Error(`${name} is neither OpenAPI nor Google Discovery nor a JSON Schema with definitions`);
}
