import type { Shape } from "../../generated/fields/shape.ts";
import { GatewayError } from "../errors.ts";
import type { Change } from "../operations/types.ts";
import type { Facts, OperationFates } from "./dialect.ts";
import { type ConditionalFate, type Fate, mapped, refused, reported } from "./fates.ts";

/** What happens to fields that the upstream cannot honour: a model's `unsupported` in routes.yaml. */
export type Unsupported = "report" | "refuse" | "ignore";

/** Judges a request by a dialect's fate table: notices for what is dropped, a refusal for what cannot be. */
export type Audit<Request> = (request: Request, facts: Facts, unsupported: Unsupported) => readonly Change[];

/** A field that a request sets, and what becomes of it. */
export interface FieldFate {
  /** The client's own path: `tools[2].function.strict`. */
  readonly path: string;
  /** Its line of the table; undefined for a field that no line speaks of. */
  readonly key: string | undefined;
  readonly fate: Fate;
  /** The condition that decided; undefined where none had to. */
  readonly condition: string | undefined;
}

/** Tells what becomes of each field that a request sets, in the request's order, without a judgement. */
export type Reading<Request> = (request: Request, facts: Facts) => readonly FieldFate[];

/** A place of the request with its fates looked up once, at start. */
interface Node {
  readonly key: string;
  readonly fate: Fate | ConditionalFate<string> | undefined;
  readonly properties: ReadonlyMap<string, Node> | undefined;
  readonly items: Node | undefined;
  readonly tag: string | undefined;
  readonly variants: ReadonlyMap<string, Node> | undefined;
  readonly words: ReadonlyMap<string, Fate | ConditionalFate<string> | undefined> | undefined;
  readonly standard: unknown;
  readonly open: boolean;
}

/** One request on its way through the table. */
interface Walk {
  readonly unsupported: Unsupported;
  readonly passUnknown: boolean;
  readonly lacking: ReturnType<NonNullable<OperationFates["lacking"]>> | undefined;
  readonly holds: (condition: string) => boolean;
  readonly changes: Change[];
  /** Where fates are written down instead of being acted on. */
  readonly read: FieldFate[] | undefined;
  /** Names and indexes from the root to the place at hand; text is made of it only where something is to be said. */
  readonly place: (string | number)[];
}

/**
 * Compiles a fate table into the judge of its requests.
 *
 * A field set to null, to nothing or to the spec's default asks for nothing and gives no notice. Fields that no spec
 * knows are reported too, so that nothing is dropped in silence; a dialect that passes them on says nothing.
 *
 * Fails: the judge throws a 400 naming the client's parameter for `refused` fields, for words outside a closed list,
 * and under `unsupported: refuse` for reported and unknown fields.
 */
export function compileAudit<Request extends object>(table: OperationFates<Request>): Audit<Request> {
  const root = toRoot(table);
  return (request, facts, unsupported) => walkThrough(table, root, request, facts, unsupported, undefined).changes;
}

/**
 * The same walk for those who want to look on: nothing is refused, and what takes a field whole speaks for all below it.
 * Fields that ask for nothing are left out.
 */
export function compileReading<Request extends object>(table: OperationFates<Request>): Reading<Request> {
  const root = toRoot(table);
  return (request, facts) => {
    const read: FieldFate[] = [];
    walkThrough(table, root, request, facts, "report", read);
    return read;
  };
}

function walkThrough<Request extends object>(
  table: OperationFates<Request>,
  root: Node,
  request: Request,
  facts: Facts,
  unsupported: Unsupported,
  read: FieldFate[] | undefined,
): Walk {
  const holds = (condition: string): boolean => table.conditions[condition]?.holds(facts, request) === true;
  const passUnknown = table.unknown === "passed";
  const walk: Walk = { unsupported, passUnknown, lacking: table.lacking?.(facts), holds, changes: [], read, place: [] };
  visitObject(request, root, walk);
  return walk;
}

type Lines = OperationFates<unknown>["request"];
/** Lines of words, by the field that they are words of. */
type WordLines = ReadonlyMap<string, readonly string[]>;

function toRoot({ requestShape, otherWords, request }: Omit<OperationFates<unknown>, "conditions">): Node {
  const fates = { ...otherWords, ...request };
  const words = Object.keys(fates).filter((line) => line.includes("="));
  return toNode(requestShape, fates, Map.groupBy(words, fieldOf));
}

const fieldOf = (line: string): string => line.slice(0, line.indexOf("="));

function toNode(shape: Shape, fates: Lines, words: WordLines, ofList?: Fate | ConditionalFate<string>): Node {
  const children = (shapes: Readonly<Record<string, Shape>> | undefined): ReadonlyMap<string, Node> | undefined =>
    shapes && new Map(Object.entries(shapes).map(([name, child]) => [name, toNode(child, fates, words)]));
  return {
    key: shape.key,
    fate: fates[shape.key] ?? ofList,
    properties: children(shape.properties),
    items: shape.items && toNode(shape.items, fates, words, fates[shape.key]),
    tag: shape.tag,
    variants: children(shape.variants),
    words: shape.values && wordsOf(shape.key, shape.values, fates, words.get(shape.key) ?? []),
    standard: shape.default,
    open: shape.open ?? false,
  };
}

/** The words of a list, those that only the dialect knows behind the spec's own. */
function wordsOf(
  key: string,
  words: readonly string[],
  fates: Lines,
  lines: readonly string[],
): NonNullable<Node["words"]> {
  const all = [...words, ...lines.map((one) => one.slice(key.length + 1))];
  return new Map(all.map((word) => [word, fates[`${key}=${word}`]]));
}

function visit(value: unknown, node: Node, walk: Walk): void {
  if (value === null || value === undefined || value === node.standard || isEmpty(value)) return;
  if (node.words !== undefined && typeof value === "string") {
    visitWord(value, node, node.words, walk);
    return;
  }
  // In a list of words each word decides for itself.
  const ofWords = Array.isArray(value) && node.items?.words !== undefined;
  if (!ofWords && node.fate !== undefined && judge(node.fate, node.key, walk) === "done") return;
  if (typeof value !== "object") return;
  if (!Array.isArray(value)) {
    visitObject(value, node, walk);
    return;
  }
  const { items } = node;
  if (items === undefined) return;
  for (let i = 0; i < value.length; i++) {
    walk.place.push(i);
    visit(value[i], items, walk);
    walk.place.pop();
  }
}

function visitObject(value: object, node: Node, walk: Walk): void {
  let place = node;
  if (node.tag !== undefined) {
    const word: unknown = Reflect.get(value, node.tag);
    const variant = typeof word === "string" ? node.variants?.get(word) : undefined;
    if (variant === undefined || (variant.fate !== undefined && judge(variant.fate, variant.key, walk) === "done"))
      return;
    place = variant;
  }
  const { properties } = place;
  if (properties === undefined) return;
  for (const key in value) {
    const child = properties.get(key);
    walk.place.push(key);
    if (child !== undefined) visit(Reflect.get(value, key), child, walk);
    else if (key !== node.tag && !place.open) visitUnknown(Reflect.get(value, key), walk);
    walk.place.pop();
  }
}

function visitWord(word: string, node: Node, words: NonNullable<Node["words"]>, walk: Walk): void {
  // A new word of a field that is dropped is dropped with it.
  const fate = words.get(word) ?? (walk.passUnknown ? node.fate : undefined);
  if (fate !== undefined) {
    judge(fate, words.has(word) ? `${node.key}=${word}` : node.key, walk, word);
    return;
  }
  if (walk.passUnknown) return;
  if (walk.read !== undefined) {
    note(refused("no such word", "invalid_value"), node.key, walk);
    return;
  }
  const known = [...words.keys()].map((one) => `'${one}'`).join(", ");
  const shown = word.length > 100 ? `${word.slice(0, 100)}…` : word;
  throw new GatewayError("invalid_value", `Invalid value: '${shown}'. Supported values are: ${known}.`, {
    param: pathOf(walk),
  });
}

function visitUnknown(value: unknown, walk: Walk): void {
  if (value === null || value === undefined || walk.unsupported === "ignore") return;
  if (walk.read !== undefined) {
    readUnknown(walk);
    return;
  }
  if (walk.passUnknown) {
    judgeLacking(walk);
    return;
  }
  const path = pathOf(walk);
  if (walk.unsupported === "refuse") {
    throw new GatewayError("unknown_parameter", `Unknown parameter: '${path}'.`, { param: path });
  }
  walk.changes.push({ verb: "reported", path });
}

/** A field that would pass, were it not known that the host has no such thing. */
function judgeLacking(walk: Walk): void {
  const why = lackedHere(walk);
  if (why === undefined) return;
  const path = pathOf(walk);
  if (walk.unsupported === "refuse") throw unsupported(path, why, undefined);
  walk.changes.push({ verb: "reported", path });
}

/** Why the host lacks the field at hand; undefined where it is not known to. */
function lackedHere({ place: [name, ...below], lacking }: Walk): string | undefined {
  return typeof name === "string" && below.length === 0 && lacking?.names.has(name) === true ? lacking.why : undefined;
}

function readUnknown(walk: Walk): void {
  const why = walk.passUnknown ? lackedHere(walk) : "no spec knows it, and the upstream has no place for it";
  note(why === undefined ? mapped(pathOf(walk)) : reported(why), undefined, walk);
}

function note(fate: Fate, key: string | undefined, walk: Walk, condition?: string): void {
  walk.read?.push({ path: pathOf(walk), key, fate, condition });
}

/** Applies a fate to a field that is set. `done`: whatever is below it has been decided with it. */
function judge(fate: Fate | ConditionalFate<string>, key: string, walk: Walk, word?: string): "done" | "below" {
  const condition = decidingIn(fate, walk);
  const decided = decide(fate, condition);
  if (walk.read !== undefined) {
    note(decided, key, walk, condition);
    return decided.kind === "reported" || decided.kind === "refused" || decided.kind === "ignored" ? "done" : "below";
  }
  switch (decided.kind) {
    case "reported":
      if (walk.unsupported === "refuse") throw unsupported(pathOf(walk), decided.why, word);
      if (walk.unsupported === "report") walk.changes.push({ verb: "reported", path: pathOf(walk) });
      return "done";
    case "refused":
      throw unsupported(pathOf(walk), decided.why, word);
    case "ignored":
      return "done";
    default:
      return "below";
  }
}

/** The first condition that holds; undefined where none does. */
function decidingIn(fate: Fate | ConditionalFate<string>, walk: Walk): string | undefined {
  if (fate.kind !== "when") return undefined;
  for (const name in fate.cases) if (fate.cases[name] !== undefined && walk.holds(name)) return name;
  return undefined;
}

function decide(fate: Fate | ConditionalFate<string>, condition: string | undefined): Fate {
  if (fate.kind !== "when") return fate;
  return (condition === undefined ? undefined : fate.cases[condition]) ?? fate.otherwise;
}

function unsupported(path: string, why: string, word: string | undefined): GatewayError {
  return word === undefined
    ? new GatewayError(
        "unsupported_parameter",
        `Unsupported parameter: '${path}' is not supported with this model: ${why}.`,
        { param: path },
      )
    : new GatewayError(
        "unsupported_value",
        `Unsupported value: '${path}' does not support '${word}' with this model: ${why}.`,
        { param: path },
      );
}

/** The client's own path to the place at hand: `messages[2].content[0].type`. */
function pathOf(walk: Walk): string {
  return walk.place
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
}

function isEmpty(value: unknown): boolean {
  if (value === "") return true;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}
