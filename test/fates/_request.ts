import fc from "fast-check";
import type { Field } from "../../scripts/spec/fields.ts";
import { objectOf, type Telling, valuesOf } from "./_arbitrary.ts";

/** A step from the root of a request to a field: a property, an item of a list, or a variant. */
type Chain = readonly Field[];

/** The same request with a field and without it, or with another value where it cannot be left out. */
export interface Contrast {
  readonly given: object;
  readonly contrast: object;
  /** Two values were drawn and they are one: the pair shows nothing. */
  readonly same: boolean;
  /** Members beside the field that it means nothing without. */
  readonly companions: readonly string[];
  /** Where the field stands in `given`: `messages[1].content[0].text`. */
  readonly path: string;
}

/** The fields from the root down to a path. */
function chainTo(root: Field, path: string): Chain {
  const chain: Field[] = [root];
  for (let at = root; at.path !== path; ) {
    const children = [...at.properties.values(), ...(at.items ? [at.items] : []), ...at.variants.values()];
    const next = children.find(
      (child) => path === child.path || (/^[.<[]/.test(path.slice(child.path.length)) && path.startsWith(child.path)),
    );
    if (next === undefined) throw new Error(`no field ${path}`);
    chain.push(next);
    at = next;
  }
  return chain;
}

/** What a field needs around it to mean anything. */
interface Surroundings {
  /** Members of the request beside it. */
  readonly request?: object;
  /** Messages before and after the one it stands in. */
  readonly before?: readonly object[];
  readonly after?: (message: object) => readonly object[];
  /** Members of objects on the way to it, by their path. */
  readonly beside?: Readonly<Record<string, object>>;
}

const call = { id: "call_x", type: "function", function: { name: "look_up", arguments: "{}" } };

function toolNamed(name: string): object {
  return { type: "function", function: { name, parameters: { type: "object", properties: { q: {} } } } };
}

const surroundings: readonly (readonly [RegExp, Surroundings])[] = [
  [
    /^messages\[\]<tool>/,
    {
      before: [{ role: "assistant", tool_calls: [call] }],
      beside: { "messages[]<tool>": { tool_call_id: "call_x" } },
    },
  ],
  [
    /^messages\[\]<function>/,
    {
      before: [{ role: "assistant", function_call: { name: "look_up", arguments: "{}" } }],
      beside: { "messages[]<function>": { name: "look_up" } },
    },
  ],
  [
    /^messages\[\]<assistant>\.tool_calls/,
    {
      after: (message) => (holdsCalls(message) ? [{ role: "tool", tool_call_id: "call_x", content: "fine" }] : []),
      beside: {
        "messages[]<assistant>.tool_calls[]<function>": { id: "call_x" },
        "messages[]<assistant>.tool_calls[]<custom>": { id: "call_x" },
      },
    },
  ],
  [
    /^messages\[\]<assistant>\.function_call/,
    {
      after: (message) => resultsOf(message),
      beside: { "messages[]<assistant>.function_call": { name: "look_up", arguments: "{}" } },
    },
  ],
  [/^messages\[\]<assistant>\.content$/, { beside: { "messages[]<assistant>": { refusal: "no" } } }],
  [/^messages\[\]<assistant>\.content\[\]/, {}],
  [/^messages\[\]<assistant>/, { beside: { "messages[]<assistant>": { content: "so far" } } }],
  [
    /^tool_choice<custom>/,
    {
      request: { tools: ["look_up", "find", "do_it"].map((name) => ({ type: "custom", custom: { name } })) },
      beside: { "tool_choice<custom>.custom": { name: "look_up" } },
    },
  ],
  [
    /^tool_choice/,
    {
      request: { tools: ["look_up", "find", "do_it"].map(toolNamed) },
      beside: { "tool_choice<function>.function": { name: "look_up" } },
    },
  ],
  [/^function_call/, { request: { functions: [{ name: "look_up" }, { name: "find" }, { name: "do_it" }] } }],
  [/^top_logprobs$/, { request: { logprobs: true } }],
  [/^stream_options/, { request: { stream: true } }],
  [
    /json_schema\.(description|name|strict)$/,
    {
      beside: {
        "response_format<json_schema>.json_schema": {
          name: "answer",
          schema: { type: "object", properties: { a: {} } },
        },
      },
    },
  ],
  [/file\.filename$/, { beside: { "messages[]<user>.content[]<file>.file": { file_data: "aGVsbG8gd29ybGQ=" } } }],
  [/file\.(file_data|file_id)$|<file>(\.file)?$/, { beside: { "messages[]<user>.content[]<file>.file": {} } }],
  [/<file>\./, { beside: { "messages[]<user>.content[]<file>": { file: { file_id: "gs://bucket/a.pdf" } } } }],
];

function holdsCalls(message: object): boolean {
  const calls: unknown = Reflect.get(message, "tool_calls");
  return Array.isArray(calls) && calls.length > 0;
}

/** The result of a deprecated call, under the call's own name. */
function resultsOf(message: object): readonly object[] {
  const made: unknown = Reflect.get(message, "function_call");
  return isObject(made) ? [{ role: "function", name: Reflect.get(made, "name"), content: "fine" }] : [];
}

const user = { role: "user", content: "Hi there." };

/** Requests that use a field, each beside one that does not. */
export function contrastsOf(root: Field, path: string, wanted?: string, telling?: Telling): fc.Arbitrary<Contrast> {
  const chain = chainTo(root, path);
  const field = chain.at(-1) ?? root;
  const around = surroundings.find(([pattern]) => pattern.test(path))?.[1] ?? {};
  const value = wanted === undefined ? valueAt(field, telling) : fc.constant<unknown>(wanted);
  return fc.tuple(value, valueAt(field, telling)).map(([one, other]) => assemble(chain, around, one, other));
}

function valueAt(field: Field, telling?: Telling): fc.Arbitrary<unknown> {
  return field.kind === "variant" ? objectOf(field) : valuesOf(field, telling);
}

/** Optional by the spec, and yet the request means nothing without it. */
const needed = /file\.(filename|file_data|file_id)$/;

/** A field that a request is valid without: an optional property, or an item of a list. */
function isRemovable(chain: Chain): boolean {
  const field = chain.at(-1);
  if (field === undefined || needed.test(field.path)) return false;
  return field.kind === "variant" || !field.required;
}

function assemble(chain: Chain, around: Surroundings, one: unknown, other: unknown): Contrast {
  const given = place(chain, around, one);
  const contrast = isRemovable(chain) ? place(chain, around, absent) : place(chain, around, other);
  const same = !isRemovable(chain) && JSON.stringify(one) === JSON.stringify(other);
  const companions = Object.keys(around.request ?? {});
  return { given: given.request, contrast: contrast.request, same, companions, path: given.path };
}

const absent: unique symbol = Symbol("absent");

/** The request with a value at the end of the chain; `absent` leaves the field, or the item it is, out. */
function place(chain: Chain, around: Surroundings, value: unknown): { request: object; path: string } {
  const steps: string[] = [];
  const rest = chain.slice(1);
  const inMessage = rest[0]?.path === "messages" && rest.length > 2;
  const base = { model: "some-model", messages: [user], ...around.request };
  const built = fill(rest, value, around, steps);
  if (!inMessage) {
    const name = rest[0]?.path ?? "";
    const request: Record<string, unknown> = { ...base };
    if (built !== absent) request[name] = built;
    else Reflect.deleteProperty(request, name);
    return { request, path: [name, ...steps.slice(1)].join("") };
  }
  // Companions go with the message they belong to.
  const placed: readonly object[] = Array.isArray(built) ? built : [];
  const before = placed.length === 0 ? [] : (around.before ?? []);
  const messages = [user, ...before, ...placed, ...placed.flatMap((message) => around.after?.(message) ?? [])];
  const index = 1 + before.length;
  return { request: { ...base, messages }, path: `messages[${index}]${steps.slice(2).join("")}` };
}

/** Builds the value of the first field of a chain so that the last one holds the value. */
function fill(chain: Chain, value: unknown, around: Surroundings, steps: string[], parent?: Field): unknown {
  const [field, ...rest] = chain;
  if (field === undefined) return value;
  steps.push(stepOf(field, parent));
  if (field.kind === "variant") return fillVariant(field, rest, value, around, steps);
  if (rest.length === 0) return value;
  const [next] = rest;
  if (next?.kind === "item") {
    const item = fill(rest, value, around, steps, field);
    const others = siblingsOf(field);
    return item === absent ? others : [...others, item];
  }
  if (next?.kind === "variant") return fillTagged(field, rest, value, around, steps);
  return fillMember(field, rest, value, around, steps);
}

/** Parts of a message's content may not run out. */
function siblingsOf(list: Field): readonly object[] {
  return list.path.endsWith(".content") ? [{ type: "text", text: "Also this." }] : [];
}

function stepOf(field: Field, parent: Field | undefined): string {
  if (field.kind === "item") return `[${parent === undefined ? 0 : siblingsOf(parent).length}]`;
  if (field.kind === "variant") return "";
  const name = field.path.split(".").at(-1) ?? field.path;
  return field.path.includes(".") ? `.${name}` : name;
}

function fillTagged(field: Field, rest: Chain, value: unknown, around: Surroundings, steps: string[]): unknown {
  const variant = fill(rest, value, around, steps);
  if (variant === absent || typeof variant !== "object") return absent;
  const tag = /<([^<>]*)>$/.exec(rest[0]?.path ?? "")?.[1];
  return { [field.tag ?? "type"]: tag, ...variant };
}

function fillVariant(field: Field, rest: Chain, value: unknown, around: Surroundings, steps: string[]): unknown {
  if (rest.length === 0)
    return value === absent ? absent : { ...(isObject(value) ? value : {}), ...around.beside?.[field.path] };
  return fillMember(field, rest, value, around, steps);
}

function fillMember(field: Field, rest: Chain, value: unknown, around: Surroundings, steps: string[]): unknown {
  const [next] = rest;
  const name = [...field.properties].find(([, member]) => member === next)?.[0] ?? "";
  const member = fill(rest, value, around, steps);
  const object: Record<string, unknown> = { ...minimalOf(field), ...around.beside?.[field.path] };
  if (member === absent) Reflect.deleteProperty(object, name);
  else object[name] = member;
  return object;
}

const minimals = new Map<Field, object>();

/** An object with what it must have, always the same. */
function minimalOf(field: Field): object {
  const properties = new Map([...field.properties].filter(([, member]) => member.required));
  if (properties.size === 0) return {};
  const known = minimals.get(field);
  if (known !== undefined) return known;
  const [made = {}] = fc.sample(objectOf({ ...field, properties }), { numRuns: 1, seed: 7 });
  minimals.set(field, made);
  return made;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
