import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parse } from "yaml";
import type { Outline } from "./description.ts";
import { readDiscovery } from "./discovery.ts";
import { download, isAddress } from "./download.ts";
import { isRaw } from "./json.ts";
import { readJsonSchema } from "./json-schema.ts";
import { readOpenApi } from "./openapi.ts";
import { readProtos } from "./protos.ts";
import { readSdkTypes } from "./sdk.ts";

/**
 * Reads what a file or an http address describes: JSON, YAML or, from a file, TypeScript declarations.
 *
 * Protos hold a description for each version of an API, all others hold one. `wanted` are the types to read out of declarations; other descriptions are read whole. Fails on what cannot be read,
 * is none of these or describes nothing.
 */
export async function readUpstream(location: string, wanted: readonly string[]): Promise<readonly Outline[]> {
  if (/\.d\.[cm]?ts$/.test(location)) return [readDeclarations(location, wanted)];
  const text = isAddress(location) ? await download(location) : readFileSync(location, "utf8");
  const name = isAddress(location) ? basename(new URL(location).pathname) || location : basename(location);
  return toOutlines(name, text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text));
}

function readDeclarations(file: string, wanted: readonly string[]): Outline {
  if (isAddress(file)) throw new Error(`${file}: declarations import others; give a file of an installed package`);
  return readSdkTypes({ name: basename(file), files: [resolve(file)], wanted });
}

/** Reads a parsed file: protos as protobufjs writes them, or another description. */
export function toOutlines(name: string, parsed: unknown): readonly Outline[] {
  return isRaw(parsed) && isRaw(parsed["nested"]) ? readProtos(name, parsed) : [toOutline(name, parsed)];
}

/** Reads a parsed description: OpenAPI, Google Discovery or JSON Schema. */
export function toOutline(name: string, parsed: unknown): Outline {
  if (!isRaw(parsed)) throw new Error(`${name} is no API description`);
  if (parsed["openapi"] !== undefined) return readOpenApi(name, parsed);
  if (parsed["resources"] !== undefined || parsed["discoveryVersion"] !== undefined) return readDiscovery(name, parsed);
  if (parsed["definitions"] ?? parsed["$defs"]) return readJsonSchema(name, parsed);
  throw new Error(`${name} is neither OpenAPI nor Google Discovery nor a JSON Schema with definitions nor protos`);
}
