import type { Shape } from "../../generated/fields/shape.ts";
import { GatewayError } from "../errors.ts";
import type { Change } from "../operations/types.ts";
import type { Facts, OperationFates } from "./dialect.ts";
import type { ConditionalFate, Fate } from "./fates.ts";

/** What happens to fields that the upstream cannot honour: a model's `unsupported` in routes.yaml. */
export type Unsupported = "report" | "refuse" | "ignore";

/** Judges a request by a dialect's fate table: notices for what is dropped, a refusal for what cannot be. */
export type Audit<Request> = (request: Request, facts: Facts, unsupported: Unsupported) => readonly Change[];

/** A place of the request with its fates looked up once, at start. */
interface Node {
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
  const root = toNode(table.requestShape, { ...table.otherWords, ...table.request });
  return (request, facts, unsupported) => {
    const holds = (condition: string): boolean => table.conditions[condition]?.holds(facts, request) === true;
    const passUnknown = table.unknown === "passed";
    const walk: Walk = { unsupported, passUnknown, lacking: table.lacking?.(facts), holds, changes: [], place: [] };
    visitObject(request, root, walk);
    return walk.changes;
  };
}

function toNode(
  shape: Shape,
  fates: OperationFates<unknown>["request"],
  ofList?: Fate | ConditionalFate<string>,
): Node {
  const children = (shapes: Readonly<Record<string, Shape>> | undefined): ReadonlyMap<string, Node> | undefined =>
    shapes && new Map(Object.entries(shapes).map(([name, child]) => [name, toNode(child, fates)]));
  return {
    fate: fates[shape.key] ?? ofList,
    properties: children(shape.properties),
    items: shape.items && toNode(shape.items, fates, fates[shape.key]),
    tag: shape.tag,
    variants: children(shape.variants),
    words: shape.values && wordsOf(shape.key, shape.values, fates),
    standard: shape.default,
    open: shape.open ?? false,
  };
}

/** The words of a list, those that only the dialect knows behind the spec's own. */
function wordsOf(
  key: string,
  words: readonly string[],
  fates: OperationFates<unknown>["request"],
): NonNullable<Node["words"]> {
  const others = Object.keys(fates).filter((one) => one.startsWith(`${key}=`));
  const all = [...words, ...others.map((one) => one.slice(key.length + 1))];
  return new Map(all.map((word) => [word, fates[`${key}=${word}`]]));
}

function visit(value: unknown, node: Node, walk: Walk): void {
  if (value === null || value === undefined || value === node.standard || isEmpty(value)) return;
  if (node.words !== undefined && typeof value === "string") {
    visitWord(value, node.words, node.fate, walk);
    return;
  }
  // In a list of words each word decides for itself.
  const ofWords = Array.isArray(value) && node.items?.words !== undefined;
  if (!ofWords && node.fate !== undefined && judge(node.fate, walk) === "done") return;
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
    if (variant === undefined || (variant.fate !== undefined && judge(variant.fate, walk) === "done")) return;
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

function visitWord(word: string, words: NonNullable<Node["words"]>, ofField: Node["fate"], walk: Walk): void {
  // A new word of a field that is dropped is dropped with it.
  const fate = words.get(word) ?? (walk.passUnknown ? ofField : undefined);
  if (fate !== undefined) {
    judge(fate, walk, word);
    return;
  }
  if (walk.passUnknown) return;
  const known = [...words.keys()].map((one) => `'${one}'`).join(", ");
  const shown = word.length > 100 ? `${word.slice(0, 100)}…` : word;
  throw new GatewayError("invalid_value", `Invalid value: '${shown}'. Supported values are: ${known}.`, {
    param: pathOf(walk),
  });
}

function visitUnknown(value: unknown, walk: Walk): void {
  if (value === null || value === undefined || walk.unsupported === "ignore") return;
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
function judgeLacking({ place, lacking, unsupported: mode, changes }: Walk): void {
  const [name, ...below] = place;
  if (lacking === undefined || typeof name !== "string" || below.length > 0 || !lacking.names.has(name)) return;
  if (mode === "refuse") throw unsupported(name, lacking.why, undefined);
  changes.push({ verb: "reported", path: name });
}

/** Applies a fate to a field that is set. `done`: whatever is below it has been decided with it. */
function judge(fate: Fate | ConditionalFate<string>, walk: Walk, word?: string): "done" | "below" {
  const decided = decide(fate, walk);
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

function decide(fate: Fate | ConditionalFate<string>, walk: Walk): Fate {
  if (fate.kind !== "when") return fate;
  for (const name in fate.cases) {
    const decided = fate.cases[name];
    if (decided !== undefined && walk.holds(name)) return decided;
  }
  return fate.otherwise;
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
