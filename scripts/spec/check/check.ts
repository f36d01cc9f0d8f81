import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { loadSpec, readSpec, root } from "../load.ts";
import { isFresh } from "../manifest.ts";
import type { Outline } from "../readers/description.ts";
import { rawOf } from "../readers/json.ts";
import { readOpenApi } from "../readers/openapi.ts";
import type { Spec } from "../schema.ts";
import { type Deviations, parseDeviations } from "./deviations.ts";
import { checkHouseRules } from "./house-rules.ts";
import { parseSources, type Sources } from "./sources.ts";

const companions = ["extensions", "deviations", "sources"];

/** The names of the specs there are: the files of specs/ but those that go with them. */
export function specNames(): readonly string[] {
  const names = readdirSync(join(root, "specs")).filter((file) => file.endsWith(".yaml"));
  return names.map((file) => basename(file, ".yaml")).filter((name) => !companions.includes(name));
}

/** A spec of ours, without extensions, as the readers see it. */
export function outlineOf(name: string, spec: Spec = readSpec(name)): Outline {
  return readOpenApi(`specs/${name}.yaml`, { ...spec });
}

/** specs/deviations.yaml. A file that cannot be read is a mistake. */
export function readDeviations(): Deviations {
  const { parsed, mistakes } = readCompanion("deviations");
  return mistakes.length > 0 ? { deviations: [], mistakes } : parseDeviations(parsed, specNames());
}

/** specs/sources.yaml. A file that cannot be read is a mistake. */
export function readSources(): Sources {
  const { parsed, mistakes } = readCompanion("sources");
  return mistakes.length > 0 ? { sources: [], mistakes } : parseSources(parsed, specNames());
}

/** What breaks the house rules in some specs. A spec that cannot be read is one mistake. */
export function checkSpecs(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    try {
      return checkHouseRules(loadSpec(name), name).map((mistake) => `specs/${name}.yaml: ${mistake}`);
    } catch (error) {
      return [`specs/${name}.yaml: ${messageOf(error)}`];
    }
  });
}

/** What is wrong beside the specs: the files that go with them, and generated code that is older than they are. */
export function checkSurroundings(): readonly string[] {
  const specs = specNames();
  const extensions = readCompanion("extensions");
  const strangers = Object.keys(rawOf(extensions.parsed)).filter((name) => !specs.includes(name));
  return [
    ...extensions.mistakes,
    ...strangers.map((name) => `specs/extensions.yaml: there is no spec ${name}`),
    ...readDeviations().mistakes,
    ...readSources().mistakes,
    ...(isFresh(join(root, "generated")) ? [] : ["generated/ is older than the specs; npm run generate renews it"]),
  ];
}

/** What an error says, in one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0] ?? message;
}

function readCompanion(name: string): { readonly parsed: unknown; readonly mistakes: readonly string[] } {
  try {
    return { parsed: parse(readFileSync(join(root, "specs", `${name}.yaml`), "utf8")), mistakes: [] };
  } catch (error) {
    return { parsed: undefined, mistakes: [`specs/${name}.yaml: ${messageOf(error)}`] };
  }
}
