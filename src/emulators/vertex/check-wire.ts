import { isObject, type JsonObject } from "../json.ts";
import { fieldPath } from "./place.ts";
import { unknownName } from "./read.ts";
import type { Violation } from "./refusals.ts";
import type { Checked } from "./rule.ts";

const integers = new Set(["candidateCount", "maxOutputTokens", "logprobs", "seed", "thinkingBudget"]);
const bytes = new Set(["data", "thoughtSignature"]);

/** Free values, whose members are the caller's own. */
const free = new Set([
  "args",
  "response",
  "parametersJsonSchema",
  "responseJsonSchema",
  "labels",
  "default",
  "example",
  "customConfigs",
]);

/** What the parser refuses beyond the shape: members of the other surface, numbers and bytes that do not fit. */
export function wireViolations({ request, family, surface }: Checked): readonly Violation[] {
  const found: Violation[] = [];
  const root: JsonObject = { ...request };
  walk(root, [], (holder, path) => {
    const name = path.findLast((step) => !/^\d+$/.test(step)) ?? "";
    const unknown = surface.lacks(name, family).filter((member) => member in holder);
    found.push(...unknown.map((member) => unknownName(root, path, member)));
    for (const [key, value] of Object.entries(holder)) {
      const type = wrongScalar(key, value);
      const field = fieldPath(root, [...path, key]);
      if (type !== undefined) found.push({ field, description: `Invalid value at '${field}' (${type}` });
    }
  });
  return found;
}

function wrongScalar(key: string, value: unknown): string | undefined {
  if (integers.has(key) && typeof value === "number" && (value | 0) !== value) return `TYPE_INT32), ${value}`;
  if (!bytes.has(key) || typeof value !== "string" || isBase64(value)) return undefined;
  return `TYPE_BYTES), Base64 decoding failed for ${JSON.stringify(value.slice(0, 80))}`;
}

/** Both alphabets, padded or not. */
const isBase64 = (text: string): boolean =>
  /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) && text.replace(/=+$/, "").length % 4 !== 1;

function walk(
  value: unknown,
  path: readonly string[],
  visit: (holder: JsonObject, path: readonly string[]) => void,
): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, [...path, String(index)], visit);
  } else if (isObject(value)) {
    visit(value, path);
    for (const [key, member] of Object.entries(value)) if (!free.has(key)) walk(member, [...path, key], visit);
  }
}
