import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../load.ts";
import type { Outline } from "../readers/description.ts";
import { rawOf } from "../readers/json.ts";
import { toOutlines } from "../readers/read.ts";
import { readSdkTypes } from "../readers/sdk.ts";
import type { Roots } from "./compare-spec.ts";
import type { PackageContent, Source } from "./sources.ts";

/** Descriptions of an API and what their types are here. */
export interface Oracle {
  readonly upstreams: readonly Outline[];
  readonly roots: Roots;
}

/** Where a package lies: installed, or fetched before. */
export type Locate = (content: PackageContent, version: string) => string;

/** In node_modules, where `npm ci` puts what we depend on. */
export const installed: Locate = ({ name }) => join(root, "node_modules", name);

/**
 * Reads the packages that describe the API of one spec.
 *
 * Fails: a package that is not there, or in another version than specs/sources.yaml says the spec was compared with.
 */
export function readOracle(sources: readonly Source[], locate: Locate): Oracle {
  const read = sources.flatMap(({ content, revision }) => {
    if (content === undefined) return [];
    const folder = locate(content, revision);
    refuseOtherVersion(folder, content.name, revision);
    return readContent(content, folder, revision);
  });
  const roots = sources.flatMap(({ content }) => [...(content?.roots ?? [])]);
  return { upstreams: read, roots: new Map(roots) };
}

function readContent({ name, files, roots }: PackageContent, folder: string, version: string): readonly Outline[] {
  const title = `${name} ${version}`;
  const paths = files.map((file) => join(folder, file));
  const isJson = (file: string): boolean => file.endsWith(".json");
  const parsed = paths.filter(isJson).flatMap((file) => toOutlines(title, JSON.parse(readFileSync(file, "utf8"))));
  const declarations = paths.filter((file) => !isJson(file));
  if (declarations.length === 0) return parsed;
  const types = readSdkTypes({ name: title, files: declarations, wanted: [...roots.keys()] });
  const known = rawOf(types.document.raw["definitions"]);
  const missing = [...roots.keys()].filter((one) => known[one] === undefined);
  if (missing.length > 0) throw new Error(`${title} has no type ${missing.join(", ")}`);
  return [...parsed, types];
}

function refuseOtherVersion(folder: string, name: string, revision: string): void {
  const file = join(folder, "package.json");
  if (!existsSync(file)) throw new Error(`${name} ${revision} is not installed; run npm ci`);
  const { version } = rawOf(JSON.parse(readFileSync(file, "utf8")));
  if (version === revision) return;
  throw new Error(`${name} is at ${version}; specs/sources.yaml says the spec was compared with ${revision}`);
}
