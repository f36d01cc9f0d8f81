import type { Schema, Schemas } from "../schema.ts";
import { membersOf, typesOf } from "../schema.ts";

/**
 * What a description speaks of at all. Types of an SDK know no bounds and only one kind of number; Discovery as
 * googleapis types it names neither words nor required members and allows null everywhere. Such a file is not asked
 * what it cannot know.
 */
export interface Tells {
  readonly words: boolean;
  readonly required: boolean;
  readonly null: boolean;
  readonly default: boolean;
  readonly bounds: boolean;
  /** Whether whole numbers are told from fractions. */
  readonly integers: boolean;
}

/** Reads off what schemas speak of: whatever one of them mentions once. */
export function tellsOf(schemas: Schemas): Tells {
  const all = Object.values(schemas).flatMap(schemasIn);
  const required = all.some((schema) => (schema.required?.length ?? 0) > 0);
  const properties = all.flatMap((schema) => Object.values(schema.properties ?? {}));
  return {
    words: all.some((schema) => schema.enum?.some((word) => typeof word === "string")),
    required,
    null: required || properties.some((property) => isScalar(property) && !typesOf(property).includes("null")),
    default: all.some((schema) => schema.default !== undefined),
    bounds: all.some(
      (schema) => (schema.minimum ?? schema.maximum ?? schema.minItems ?? schema.maxItems) !== undefined,
    ),
    integers: all.some((schema) => typesOf(schema).includes("integer")),
  };
}

function isScalar(schema: Schema): boolean {
  const types = typesOf(schema);
  return types.length > 0 && !types.includes("object") && !types.includes("array");
}

function schemasIn(schema: Schema): readonly Schema[] {
  const { items, additionalProperties: additional } = schema;
  const children = [
    ...Object.values(schema.properties ?? {}),
    ...(membersOf(schema) ?? []),
    ...(items === undefined ? [] : [items]),
    ...(typeof additional === "object" ? [additional] : []),
  ];
  return [schema, ...children.flatMap(schemasIn)];
}
