import { type Field, fateKeys } from "./fields.ts";

/** The union of fate keys of one component and the shape that finds them in a message. */
export function emitFields(name: string, root: Field): string {
  const keys = fateKeys(root).map((key) => `  | ${JSON.stringify(key)}`);
  return `/** Every place in ${name} that needs a fate. */
export type ${name}Field =
${keys.join("\n")};

/** Where the places of ${name} are. */
export const ${lowerFirst(name)}Shape: Shape = ${JSON.stringify(toShape(root))};
`;
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

interface ShapeJson {
  key: string;
  properties?: Record<string, ShapeJson>;
  items?: ShapeJson;
  tag?: string;
  variants?: Record<string, ShapeJson>;
  values?: readonly string[];
  default?: unknown;
  open?: true;
}

function toShape(field: Field): ShapeJson {
  const shape: ShapeJson = { key: field.path };
  if (field.properties.size > 0) shape.properties = mapShapes(field.properties);
  if (field.items) shape.items = toShape(field.items);
  if (field.tag !== undefined) shape.tag = field.tag;
  if (field.variants.size > 0) shape.variants = mapShapes(field.variants);
  if (field.values && field.values.length > 1) shape.values = field.values;
  if (field.default !== undefined) shape.default = field.default;
  if (field.open) shape.open = true;
  return shape;
}

function mapShapes(fields: ReadonlyMap<string, Field>): Record<string, ShapeJson> {
  return Object.fromEntries([...fields].map(([name, field]) => [name, toShape(field)]));
}

/** The types the emitted shapes have. */
export const shapeTypes = `/** A place in a message and what may stand below it; the compiled form of a spec's component. */
export interface Shape {
  /** The place's fate key; items of lists have one only for their words. */
  readonly key: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  /** The property that picks a variant. */
  readonly tag?: string;
  readonly variants?: Readonly<Record<string, Shape>>;
  /** A closed list of words; each has a fate under \`key=word\`. */
  readonly values?: readonly string[];
  readonly default?: unknown;
  /** An object that may hold members the spec does not name. */
  readonly open?: true;
}
`;
