import { nameOfRef, resolve, type Schema, type Schemas, type Spec } from "../spec/schema.ts";

const head = `# routes.yaml: reference

Every member, from \`specs/routes.yaml\`, the file that also makes the validator, the types and the JSON Schema for editors. [routes.yaml](routes.md) explains and has examples. \`npm run docs:routes\` writes this page anew; a test holds it to the spec.

Planned members are part of the format, and this version does not act on them yet. Writing one is a mistake, because a limit that does nothing would cost money.
`;

/** Where the descent begins, and what its section is called. */
const rootComponent = "Routes";
const topTitle = "The file";

/**
 * The page docs/routes-reference.md: a section for each object of the format in the order in which it is met, a row for
 * each member.
 */
export function routesReference(spec: Spec): string {
  const { schemas } = spec.components;
  const queue = [rootComponent];
  const seen = new Set(queue);
  const sections: string[] = [];
  // The queue grows while it is read: sections follow in the order in which the format mentions them.
  for (const name of queue) {
    const schema = schemas[name];
    if (schema === undefined) continue;
    for (const next of objectsIn(schema, schemas)) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
    if (schema.properties !== undefined) sections.push(sectionOf(name, schema, schemas));
  }
  return `${head}\n${sections.join("\n")}`;
}

/** Components with members of their own that a schema leads to. Members that are planned lead nowhere. */
function objectsIn(schema: Schema, schemas: Schemas): readonly string[] {
  return childrenOf(schema).flatMap((child) => {
    if (isPlanned(child, schemas)) return [];
    if (child.$ref === undefined) return objectsIn(child, schemas);
    const target = resolve(child, schemas);
    const leads = target.properties !== undefined || childrenOf(target).length > 0;
    return leads ? [nameOfRef(child.$ref)] : [];
  });
}

function childrenOf(schema: Schema): readonly Schema[] {
  const { properties, items, additionalProperties, oneOf = [] } = schema;
  const others = [items, additionalProperties].filter((one) => typeof one === "object");
  return [...Object.values(properties ?? {}), ...others, ...oneOf];
}

function isPlanned(schema: Schema, schemas: Schemas): boolean {
  return schema["x-specgate-planned"] === true || resolve(schema, schemas)["x-specgate-planned"] === true;
}

function sectionOf(name: string, schema: Schema, schemas: Schemas): string {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([member, property]) => {
    const notes = [required.has(member) ? "Needed." : "", describe(property, schemas), limitsOf(property, schemas)];
    return [`\`${member}\``, typeOf(property, schemas), notes.filter((text) => text !== "").join(" ")];
  });
  const title = name === rootComponent ? topTitle : name;
  return [`## ${title}`, "", schema.description ?? "", "", table(["member", "value", "means"], rows), ""].join("\n");
}

function describe(property: Schema, schemas: Schemas): string {
  const target = resolve(property, schemas);
  const text = property.description ?? target.description ?? "";
  return isPlanned(property, schemas) ? `Planned. ${text}` : text;
}

function limitsOf(property: Schema, schemas: Schemas): string {
  const { minimum, maximum } = resolve(property, schemas);
  if (minimum === undefined && maximum === undefined) return "";
  return maximum === undefined ? `From ${minimum}.` : `From ${minimum ?? "any"} to ${maximum}.`;
}

/** The kind of a value in words, with links to the sections of objects. */
function typeOf(schema: Schema, schemas: Schemas): string {
  const target = resolve(schema, schemas);
  if (schema.$ref !== undefined && target.properties !== undefined && !isPlanned(schema, schemas)) {
    const name = nameOfRef(schema.$ref);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (target.oneOf !== undefined) {
    const served = target.oneOf.filter((one) => !isPlanned(one, schemas));
    return served.map((one) => typeOf(one, schemas)).join(" or ");
  }
  if (target.enum !== undefined) return wordsOf(target).join(", ");
  const unit = target["x-specgate-unit"];
  if (typeof unit === "string") return unit;
  if (target["x-specgate-secret"] === true) return "secret";
  if (target.type === "array") return `list of ${target.items === undefined ? "any" : typeOf(target.items, schemas)}`;
  const { additionalProperties } = target;
  if (typeof additionalProperties === "object") return `${typeOf(additionalProperties, schemas)}, by name`;
  if (target.properties !== undefined && !isPlanned(schema, schemas)) return membersOf(target.properties);
  return words[String(target.type)] ?? String(target.type);
}

/** The words a member may be, without those that are planned. */
function wordsOf({ enum: all = [], ...schema }: Schema): readonly string[] {
  const planned = schema["x-specgate-planned-values"];
  const served = Array.isArray(planned) ? all.filter((word) => !planned.includes(word)) : all;
  return served.map((word) => `\`${word}\``);
}

/** An object that is described where it stands. */
function membersOf(properties: NonNullable<Schema["properties"]>): string {
  return `{ ${Object.keys(properties).join(", ")} }`;
}

const words: Readonly<Record<string, string>> = { string: "text", integer: "number", boolean: "`true`, `false`" };

/** A table whose columns line up in the source too. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const ruler = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(headings), ruler, ...rows.map(line)].join("\n");
}
