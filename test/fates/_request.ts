import type { Field } from "../../scripts/spec/fields.ts";
import fc from "../_fc.ts";
import { objectOf, type Telling, type ValuesByPath, valuesOf } from "./_arbitrary.ts";
import { absent, type Chain, chainTo, fill } from "./_build.ts";
import type { Row } from "./_rows.ts";
import { type Surroundings, surroundingsOf } from "./_surroundings.ts";

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

/** What requests are made of. */
export type Requests = Pick<Row, "root" | "base" | "pairs" | "own">;

/**
 * Requests that use a field, each beside one that does not.
 *
 * @param wanted the field's value; any without it
 * @param telling which of its words and variants it may hold
 */
export function contrastsOf(row: Requests, path: string, wanted?: unknown, telling?: Telling): fc.Arbitrary<Contrast> {
  const chain = chainTo(row.root, path);
  const field = chain.at(-1) ?? row.root;
  const any = valueAt(field, telling, row.own?.values);
  const value = wanted === undefined ? any : fc.constant<unknown>(wanted);
  return fc.tuple(value, any).map(([one, other]) => assemble(row, chain, one, other));
}

function valueAt(field: Field, telling?: Telling, own?: ValuesByPath): fc.Arbitrary<unknown> {
  return field.kind === "variant" ? objectOf(field, own) : valuesOf(field, telling, own);
}

/** Optional by the spec, and yet the request means nothing without it. */
const needed = /file\.(filename|file_data|file_id)$|safety_settings\[\]\.(category|threshold)$/;

/** A field that a request is valid without: an optional property, or an item of a list. */
function isRemovable(chain: Chain): boolean {
  const field = chain.at(-1);
  if (field === undefined || needed.test(field.path)) return false;
  return field.kind === "variant" || !field.required;
}

function assemble(row: Requests, chain: Chain, one: unknown, other: unknown): Contrast {
  const around = surroundingsIn(row, chain);
  const given = place(row, chain, around, one);
  const contrast = place(row, chain, around, isRemovable(chain) ? absent : other);
  const same = !isRemovable(chain) && JSON.stringify(spoken(one)) === JSON.stringify(spoken(other));
  const companions = Object.keys(around.half?.request ?? {});
  return { given: given.request, contrast: contrast.request, same, companions, path: given.path };
}

/** Other halves are of use to dialects that look for them only; elsewhere they would hide what the field does. */
function surroundingsIn(row: Requests, chain: Chain): Surroundings {
  const { half, ...around } = surroundingsOf(chain.at(-1)?.path ?? "", row.own?.surroundings);
  return row.pairs && half !== undefined ? { ...around, half } : around;
}

/** The request with a value at the end of the chain; `absent` leaves the field, or the item it is, out. */
function place(
  row: Requests,
  chain: Chain,
  { request: members, half, beside = {} }: Surroundings,
  value: unknown,
): { request: object; path: string } {
  const steps: string[] = [];
  const rest = chain.slice(1);
  const inMessage = rest[0]?.path === "messages" && rest.length > 2;
  const base = { ...row.base, ...members, ...half?.request };
  const built = fill(rest, value, { beside, siblings: partsBefore }, steps);
  if (!inMessage) {
    const name = rest[0]?.path ?? "";
    const request: Record<string, unknown> = { ...base };
    if (built !== absent) request[name] = built;
    else Reflect.deleteProperty(request, name);
    return { request, path: [name, ...steps.slice(1)].join("") };
  }
  // Companions go with the message they belong to.
  const placed: readonly object[] = Array.isArray(built) ? built : [];
  const before = placed.length === 0 ? [] : (half?.before ?? []);
  const after = placed.flatMap((message) => half?.after?.(message) ?? []);
  const messages = [{ role: "user", content: "Hi there." }, ...before, ...placed, ...after];
  return { request: { ...base, messages }, path: `messages[${1 + before.length}]${steps.slice(2).join("")}` };
}

/** Parts of a message's content may not run out. */
function partsBefore(list: string): readonly object[] {
  return /^messages.*\.content$/.test(list) ? [{ type: "text", text: "Also this." }] : [];
}

/** A text, where a list holds that text and nothing else: both say the same. */
function spoken(value: unknown): unknown {
  if (!Array.isArray(value) || value.length !== 1) return value;
  const [part]: readonly unknown[] = value;
  const isText = typeof part === "object" && part !== null && Reflect.get(part, "type") === "text";
  return isText && Object.keys(part).length === 2 ? Reflect.get(part, "text") : value;
}
