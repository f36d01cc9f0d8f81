import ts from "typescript";
import type { Raw } from "./json.ts";

/**
 * Turns types into JSON Schema, as far as JSON can carry them.
 *
 * The checker has taken extends, Omit, Pick, intersections and generics apart before we look. Objects become
 * definitions, because a type may hold itself. Methods, private members and members under a symbol are no JSON.
 */
export class SchemaMaker {
  readonly #checker: ts.TypeChecker;
  readonly #names = new Map<ts.Type, string>();
  /** JSON Schema of every object met so far, by name. */
  readonly definitions: Record<string, Raw> = {};

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** The schema of a type; undefined where it is nothing that JSON has, such as a function. */
  schemaOf(type: ts.Type): Raw | undefined {
    if (type.isUnion()) return this.#holdsItself(type) ? {} : this.#union(type.types);
    if (type.isIntersection()) return this.#intersection(type);
    if (type.flags & ts.TypeFlags.Object) return this.#object(type);
    if (type.flags & ts.TypeFlags.Instantiable && !(type.flags & ts.TypeFlags.TemplateLiteral)) {
      const constraint = this.#checker.getBaseConstraintOfType(type);
      return constraint === undefined || constraint === type ? {} : this.schemaOf(constraint);
    }
    return scalarOf(type);
  }

  /** A union with a list of itself is any JSON there is: no object stands between, so it has no shape. */
  #holdsItself({ types }: ts.UnionType): boolean {
    const items = types.flatMap((member) => this.#itemsOf(member) ?? []);
    return items.some((item) => item.isUnion() && item.types.every((member) => types.includes(member)));
  }

  #union(members: readonly ts.Type[]): Raw | undefined {
    const schemas = members.map((member) => this.schemaOf(member)).filter((schema) => schema !== undefined);
    const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
    const [first] = distinct;
    if (distinct.length < 2) return first;
    const words = distinct.flatMap(({ enum: list }) => (Array.isArray(list) ? list : []));
    const rest = distinct.filter((schema) => !Array.isArray(schema["enum"]));
    const closed = words.length > 0 && !rest.some(({ type }) => type === "string");
    const all = closed ? [{ type: "string", enum: words }, ...rest] : rest;
    const [only] = all;
    return all.length === 1 ? only : { anyOf: all };
  }

  /** `string & {}` keeps a list of words open. */
  #intersection(type: ts.IntersectionType): Raw | undefined {
    const scalar = type.types.find((member) => !(member.flags & ts.TypeFlags.Object));
    return scalar === undefined ? this.#object(type) : this.schemaOf(scalar);
  }

  #object(type: ts.Type): Raw | undefined {
    const items = this.#itemsOf(type);
    if (items !== undefined) return { type: "array", items: this.#union(items) ?? {} };
    const properties = this.#checker.getPropertiesOfType(type);
    if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) return undefined;
    // Times are text in JSON, and so are bytes: base64.
    if (type.symbol?.name === "Date" && properties.some(({ name }) => name === "toISOString"))
      return { type: "string" };
    if (type.symbol?.name === "Uint8Array") return { type: "string" };
    const known = this.#names.get(type);
    if (known !== undefined) return refTo(known);
    const name = `${type.aliasSymbol?.name ?? type.symbol?.name ?? "object"} ${this.#names.size}`;
    this.#names.set(type, name);
    this.definitions[name] = this.#members(type, properties);
    return refTo(name);
  }

  /** What a list holds; undefined where the type is no list. */
  #itemsOf(type: ts.Type): readonly ts.Type[] | undefined {
    if (!this.#checker.isArrayType(type) && !this.#checker.isTupleType(type)) return undefined;
    const isReference = (one: ts.Type): one is ts.TypeReference => "target" in one;
    return isReference(type) ? this.#checker.getTypeArguments(type) : [];
  }

  #members(type: ts.Type, symbols: readonly ts.Symbol[]): Raw {
    const properties: Record<string, Raw> = {};
    const required: string[] = [];
    for (const symbol of withoutErrors(symbols).filter(isData)) {
      const schema = this.schemaOf(this.#checker.getTypeOfSymbol(symbol));
      if (schema === undefined) continue;
      properties[symbol.name] = schema;
      // Not "may be undefined": the AWS SDK says that of all it has, required or not.
      if (!(symbol.flags & ts.SymbolFlags.Optional)) required.push(symbol.name);
    }
    const index = this.#checker.getIndexInfoOfType(type, ts.IndexKind.String);
    const additional = index === undefined ? {} : { additionalProperties: this.#entries(index.type) };
    return { type: "object", properties, required, ...additional };
  }

  #entries(type: ts.Type): Raw | boolean {
    const schema = this.schemaOf(type);
    return schema === undefined || Object.keys(schema).length === 0 ? true : schema;
  }
}

/** A reference as JSON Schema writes it. */
function refTo(name: string): Raw {
  return { $ref: `#/definitions/${encodeURIComponent(name)}` };
}

function scalarOf(type: ts.Type): Raw | undefined {
  const { flags } = type;
  if (type.isStringLiteral()) return { type: "string", enum: [type.value] };
  if (flags & (ts.TypeFlags.StringLike | ts.TypeFlags.TemplateLiteral)) return { type: "string" };
  if (flags & ts.TypeFlags.NumberLike) return { type: "number" };
  if (flags & ts.TypeFlags.BooleanLike) return { type: "boolean" };
  if (flags & ts.TypeFlags.Null) return { type: "null" };
  if (flags & ts.TypeFlags.NonPrimitive) return { type: "object" };
  return flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown) ? {} : undefined;
}

/** Members without those that every error of JavaScript has, where this is one. Its message is JSON. */
function withoutErrors(symbols: readonly ts.Symbol[]): readonly ts.Symbol[] {
  const own = ["name", "stack", "cause"];
  return symbols.some(({ name }) => name === "stack") ? symbols.filter(({ name }) => !own.includes(name)) : symbols;
}

/**
 * Whether a member can stand in JSON: it is public and has a name, and it is no method. Behind a `$` an SDK keeps what
 * is its own, such as `$metadata` of an answer and `$unknown` of a union.
 */
function isData(symbol: ts.Symbol): boolean {
  if (symbol.flags & ts.SymbolFlags.Method || /^(__@|\$)/.test(symbol.name)) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Static;
  const declarations = symbol.declarations ?? [];
  return !declarations.some(
    (one) => ts.getCombinedModifierFlags(one) & hidden || ts.isPrivateIdentifier(ts.getNameOfDeclaration(one) ?? one),
  );
}
