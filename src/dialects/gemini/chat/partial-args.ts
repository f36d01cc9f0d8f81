import type { AnsweredPart } from "../types.ts";

export type PartialArg = NonNullable<NonNullable<AnsweredPart["functionCall"]>["partialArgs"]>[number];

/** Arguments that come piece by piece, as JSON text that grows. */
export interface ArgumentsWriter {
  /** The text that a piece adds; undefined for one that stands where the text has passed already. */
  readonly push: (piece: PartialArg) => string | undefined;
  /** The text that completes the arguments. */
  readonly end: () => string;
}

/** A container that is open: what it is, and the member or item that was written last. */
interface Open {
  readonly kind: "object" | "array";
  last: string | number | undefined;
  /** Members that are written. */
  readonly names: Set<string>;
}

/**
 * Rebuilds the JSON of a call's arguments from pieces such as `{jsonPath: "$.a.b[0]", stringValue: "x"}`.
 *
 * Pieces come in the order of the text: a place that was left is not come back to, for its text is with the client.
 * Items that an array skips are null.
 *
 * @see specs/vertex.yaml#/components/schemas/PartialArg
 */
export function createArgumentsWriter(): ArgumentsWriter {
  const open: Open[] = [];
  /** The path of the text that was written last and is open yet. */
  let running: string | undefined;

  function closeTo(depth: number): string {
    let text = "";
    while (open.length > depth) text += open.pop()?.kind === "array" ? "]" : "}";
    return text;
  }

  function closeText(): string {
    const text = running === undefined ? "" : '"';
    running = undefined;
    return text;
  }

  /** Opens containers for the rest of a path; undefined where it has been passed. */
  function stepInto(path: readonly (string | number)[], from: number): string | undefined {
    let text = "";
    for (let depth = from; depth < path.length; depth++) {
      const step = path[depth];
      if (step === undefined) return undefined;
      let holder = open[depth];
      if (holder === undefined) {
        holder = { kind: typeof step === "number" ? "array" : "object", last: undefined, names: new Set() };
        open.push(holder);
        text += holder.kind === "array" ? "[" : "{";
      }
      const before = beforeStep(holder, step);
      if (before === undefined) return undefined;
      text += before;
    }
    return text;
  }

  return {
    push(piece) {
      const path = stepsOf(piece.jsonPath ?? "");
      if (path === undefined) return undefined;
      const value = jsonOf(piece);
      const isText = typeof piece.stringValue === "string";
      if (running !== undefined && running === piece.jsonPath && isMore(piece)) return isText ? value.slice(1, -1) : "";
      const closing = closeText();
      const shared = sharedDepth(open, path);
      const closed = closeTo(shared + 1);
      const opened = stepInto(path, shared);
      if (opened === undefined) return undefined;
      // Whether a text goes on is seen by the next piece: not every host says it.
      if (isText) running = piece.jsonPath ?? "";
      return closing + closed + opened + (isText ? value.slice(0, -1) : value);
    },
    end() {
      return open.length === 0 ? "{}" : closeText() + closeTo(0);
    },
  };
}

/** How many of the open containers a path goes through, beginning with the one that holds all. */
function sharedDepth(open: readonly Open[], path: readonly (string | number)[]): number {
  let depth = 0;
  while (depth + 1 < open.length && depth + 1 < path.length && open[depth]?.last === path[depth]) depth++;
  return depth;
}

/** What stands before the next value of a container; undefined for one that it has passed. */
function beforeStep(holder: Open, step: string | number): string | undefined {
  const comma = holder.last === undefined ? "" : ",";
  if (typeof step === "string") {
    if (holder.kind !== "object" || holder.names.has(step)) return undefined;
    holder.names.add(step);
    holder.last = step;
    return `${comma}${JSON.stringify(step)}:`;
  }
  if (holder.kind !== "array") return undefined;
  const next = typeof holder.last === "number" ? holder.last + 1 : 0;
  if (step < next) return undefined;
  holder.last = step;
  return comma + "null,".repeat(step - next);
}

/** Whether a piece for the place of a text is more of it, or says at least that nothing else stands there. */
function isMore({ stringValue, numberValue, boolValue, nullValue }: PartialArg): boolean {
  return typeof stringValue === "string" || (numberValue == null && boolValue == null && nullValue === undefined);
}

function jsonOf({ stringValue, numberValue, boolValue }: PartialArg): string {
  return JSON.stringify(stringValue ?? numberValue ?? boolValue ?? null);
}

/** `$.a.b[0]['c d']` → a, b, 0, c d; undefined for anything else. */
function stepsOf(path: string): readonly (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  const step = /\.([^.[\]]+)|\[(\d+)\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y;
  step.lastIndex = 1;
  if (!path.startsWith("$")) return undefined;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) return undefined;
    const [, name, index, single, double] = found;
    if (index === undefined) steps.push(name ?? (single ?? double ?? "").replaceAll(/\\(.)/g, "$1"));
    else steps.push(Number(index));
  }
  return typeof steps[0] === "string" ? steps : undefined;
}
