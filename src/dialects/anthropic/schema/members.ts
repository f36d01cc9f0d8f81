import type { Change } from "../../../operations/types.ts";
import { isObject, type JsonObject, own, put, without } from "../../schema/json.ts";

/** Names that Claude takes at the top of a tool's arguments; those further down are not looked at. */
const soundName = /^[a-zA-Z0-9_.-]{1,64}$/;
const maxLength = 64;

/** Keywords at the top that speak of members by name, or of the arguments as a whole. */
const byName: readonly string[] = ["enum", "const", "not", "if", "then", "else", "propertyNames", "dependentSchemas"];

/** A schema with names that Claude takes, and the client's names by those that were made up. */
export interface Renamed {
  readonly schema: JsonObject;
  readonly members: ReadonlyMap<string, string>;
}

/**
 * Gives members at the top of a schema names that Claude takes. Sound ones stay; what else is said of renamed ones
 * goes along where it lists names, and is lost where it is a schema of its own.
 *
 * @see reference: openai-chat-to-anthropic §5
 */
export function renameMembers(schema: JsonObject, path: string, changes: Change[]): Renamed {
  const properties = own(schema, "properties");
  const names = isObject(properties) ? Object.keys(properties) : [];
  if (!isObject(properties) || names.every((name) => soundName.test(name))) return { schema, members: new Map() };
  const sent = nameAll(names);
  const members = new Map<string, string>();
  const renamed: Record<string, unknown> = {};
  for (const name of names) {
    const now = sent.get(name) ?? name;
    put(renamed, now, properties[name]);
    if (now === name) continue;
    members.set(now, name);
    changes.push({ verb: "renamed", path: `${path}.properties.${name}` });
  }
  const others = byName.filter((keyword) => Object.hasOwn(schema, keyword));
  for (const keyword of others) {
    if (keyword !== "then" && keyword !== "else") changes.push({ verb: "downgraded", path: `${path}.${keyword}` });
  }
  const made = { ...without(schema, new Set(others)), properties: renamed };
  return { schema: { ...made, ...listsOf(schema, (name) => sent.get(name) ?? name) }, members };
}

/** Client's name → sound name. */
function nameAll(names: readonly string[]): ReadonlyMap<string, string> {
  const unsound = names.filter((name) => !soundName.test(name));
  const taken = new Set(names).difference(new Set(unsound));
  const tried = new Map<string, number>();
  const sent = new Map<string, string>();
  for (const name of unsound) {
    const beginning = name.replace(/[^a-zA-Z0-9_.-]/gu, "_").slice(0, maxLength) || "_";
    let sound = beginning;
    let i = tried.get(beginning) ?? 2;
    for (; taken.has(sound); i++) sound = `${beginning.slice(0, maxLength - 1 - String(i).length)}_${i}`;
    tried.set(beginning, i);
    taken.add(sound);
    sent.set(name, sound);
  }
  return sent;
}

/** Keywords that list names. */
function listsOf(schema: JsonObject, rename: (name: string) => string): Record<string, unknown> {
  const { required, dependentRequired } = schema;
  const lists: Record<string, unknown> = {};
  const renameAll = (names: unknown): unknown =>
    Array.isArray(names) ? names.map((name) => (typeof name === "string" ? rename(name) : name)) : names;
  if (required !== undefined) lists["required"] = renameAll(required);
  if (isObject(dependentRequired)) {
    const renamed: Record<string, unknown> = {};
    for (const name of Object.keys(dependentRequired)) put(renamed, rename(name), renameAll(dependentRequired[name]));
    lists["dependentRequired"] = renamed;
  }
  return lists;
}
