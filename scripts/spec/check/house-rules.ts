import { atPointer } from "../readers/json.ts";
import { membersOf, nameOfRef, type Schema, type Schemas, type Spec, typesOf } from "../schema.ts";
import { editorSchema, targets } from "../targets.ts";
import { splitUnion, variantsBy, wordOf } from "../union.ts";
import { operationsOf, type Rule, refsIn, schemasOf } from "./rule.ts";

/** Keywords that our tools do not read or that generators read differently, see docs/specs.md. */
const banned = ["discriminator", "nullable", "allOf", "pattern", "const", "not", "patternProperties"] as const;

/** What every spec must hold, extensions merged in. */
const houseRules: readonly Rule[] = [
  isOpenApi31,
  componentsAreUsed,
  keywordsAreKnown,
  unionsHaveTags,
  requiredNamesExist,
  enumsHaveTypes,
  operationsHaveIds,
  propertiesAreDescribed,
];

/** Runs the house rules over a spec with its extensions merged in: a line per breach. */
export function checkHouseRules(spec: Spec, name: string): readonly string[] {
  const unresolved = danglingRefs(spec); // the rules follow references
  return unresolved.length > 0 ? unresolved : houseRules.flatMap((rule) => rule(spec, name));
}

function isOpenApi31(spec: Spec): readonly string[] {
  return /^3\.1\.\d+$/.test(spec.openapi) ? [] : [`is OpenAPI ${spec.openapi}, not 3.1`];
}

function danglingRefs(spec: Spec): readonly string[] {
  const missing = refsIn(spec).filter((ref) => !ref.startsWith("#/") || atPointer({ ...spec }, ref) === undefined);
  return [...new Set(missing)].map((ref) => `${ref} points nowhere`);
}

function componentsAreUsed(spec: Spec, name: string): readonly string[] {
  const used = new Set<string>();
  const waiting = [...refsIn(spec.paths), ...rootsOf(name).map((root) => `#/components/schemas/${root}`)];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (used.has(ref)) continue;
    used.add(ref);
    waiting.push(...refsIn(atPointer({ ...spec }, ref)));
  }
  const all = Object.entries(spec.components)
    .filter(([section]) => section !== "securitySchemes")
    .flatMap(([section, components]) => Object.keys(components ?? {}).map((key) => `${section}/${key}`));
  return all.filter((one) => !used.has(`#/components/${one}`)).map((one) => `${one} is not used by anything`);
}

/** The components that generation starts from, besides the paths. */
function rootsOf(name: string): readonly string[] {
  const own = targets.filter((target) => target.spec === name);
  const editor = editorSchema.spec === name ? [editorSchema.root] : [];
  const validated = own.flatMap(({ modes }) => modes.flatMap(({ validators }) => validators));
  return [...validated, ...own.flatMap(({ fields }) => Object.values(fields ?? {})), ...editor];
}

function keywordsAreKnown(spec: Spec): readonly string[] {
  return schemasOf(spec).flatMap(({ place, schema }) =>
    banned.filter((keyword) => Object.hasOwn(schema, keyword)).map((keyword) => `${place} has ${keyword}`),
  );
}

function unionsHaveTags(spec: Spec): readonly string[] {
  const { schemas } = spec.components;
  return schemasOf(spec).flatMap(({ place, schema }) => {
    if (membersOf(schema) === undefined) return [];
    try {
      const { tag, objects } = splitUnion(schema, schemas);
      if (tag !== undefined) variantsBy(tag, objects, schemas);
      return [];
    } catch {
      return [`${place} is a union of objects that no tag tells apart`];
    }
  });
}

function requiredNamesExist(spec: Spec): readonly string[] {
  return schemasOf(spec).flatMap(({ place, schema }) => {
    const missing = (schema.required ?? []).filter((name) => schema.properties?.[name] === undefined);
    return missing.map((name) => `${place} requires ${name}, which it does not have`);
  });
}

function enumsHaveTypes(spec: Spec): readonly string[] {
  const untyped = schemasOf(spec).filter(({ schema }) => schema.enum !== undefined && schema.type === undefined);
  return untyped.map(({ place }) => `${place} has enum without type`);
}

function operationsHaveIds(spec: Spec): readonly string[] {
  const operations = operationsOf(spec).map(({ place, operation }) => ({ place, id: operation["operationId"] }));
  const seen = new Set<unknown>();
  return operations.flatMap(({ place, id }) => {
    if (typeof id !== "string" || id === "") return [`${place} has no operationId`];
    if (seen.has(id)) return [`${place} has the operationId ${id}, which another operation has`];
    seen.add(id);
    return [];
  });
}

function propertiesAreDescribed(spec: Spec): readonly string[] {
  const { schemas } = spec.components;
  const silent = schemasOf(spec).filter(({ schema, property }) => property && !isDescribed(schema, schemas));
  return silent.map(({ place }) => `${place} has no description`);
}

/** A description of its own or of the component it refers to. A property that says one word needs none. */
function isDescribed(schema: Schema, schemas: Schemas): boolean {
  if (schema.description !== undefined) return true;
  if (schema.$ref !== undefined) return isDescribed(schemas[nameOfRef(schema.$ref)] ?? {}, schemas);
  if (typesOf(schema).includes("string") && wordOf(schema, schemas) !== undefined) return true;
  return membersOf(schema)?.some((member) => member.$ref !== undefined && isDescribed(member, schemas)) ?? false;
}
