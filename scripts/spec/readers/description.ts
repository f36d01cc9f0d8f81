import { nameOfRef, type Schema, type Schemas } from "../schema.ts";
import { componentOf, type Document } from "./dialects.ts";
import { atPointer } from "./json.ts";
import type { Operation, PartName } from "./operation.ts";
import { settle } from "./settle.ts";
import { type Tells, tellsOf } from "./tells.ts";

/** The kinds of description there are. A deviation may be about one of them. */
export const formats = ["openapi", "discovery", "json-schema", "protos", "sdk"] as const;
export type Format = (typeof formats)[number];

/** What a document holds, before anybody says what of it matters. */
export interface Outline {
  /** How it is called in messages: the name of its file. */
  readonly name: string;
  readonly format: Format;
  readonly document: Document;
  readonly operations: readonly Operation[];
  /** Of a file that holds one schema: its name and the names it stands for, outermost first. */
  readonly rootNames: readonly string[];
}

/** The part of a document that matters, in our dialect. */
export interface Description extends Outline {
  /** The named schemas that its operations, roots and chosen components lead to. */
  readonly schemas: Schemas;
  readonly tells: Tells;
  /** The parts that any operation of the document has; without one, it does not speak of them. */
  readonly speaksOf: ReadonlySet<PartName>;
  /** Operations of the document that do not matter. */
  readonly others: number;
}

/** What of a document matters. */
interface Choice {
  readonly operations: readonly Operation[];
  readonly components: readonly string[];
}

/** Collects the schemas that the chosen operations and components of a document lead to. */
export function describe(outline: Outline, { operations, components }: Choice): Description {
  const parts = operations.flatMap((operation) => [...operation.parts.values()]);
  const schemas = settle(collect([...components, ...outline.rootNames, ...parts.flatMap(refsIn)], outline.document));
  const speaksOf = new Set(outline.operations.flatMap((operation) => [...operation.parts.keys()]));
  const others = outline.operations.length - operations.length;
  return { ...outline, operations, schemas, tells: tellsOf(schemas), speaksOf, others };
}

function collect(names: readonly string[], document: Document): Schemas {
  const schemas: Schemas = {};
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (Object.hasOwn(schemas, name)) continue;
    const schema = componentOf(name, document);
    schemas[name] = schema;
    waiting.push(...refsIn(schema));
  }
  return schemas;
}

/** The components a schema refers to itself. */
function refsIn(schema: Schema): readonly string[] {
  const own = schema.$ref === undefined ? [] : [nameOfRef(schema.$ref)];
  const { properties, items, additionalProperties: additional, oneOf } = schema;
  const children = [
    ...Object.values(properties ?? {}),
    ...(oneOf ?? []),
    ...(items === undefined ? [] : [items]),
    ...(typeof additional === "object" ? [additional] : []),
  ];
  return [...own, ...children.flatMap(refsIn)];
}

/** Whether a document has a component of that name. */
export function hasComponent(document: Document, name: string): boolean {
  return atPointer(document.raw, `${document.section}/${encodeURIComponent(name)}`) !== undefined;
}
