import type { Shape } from "../../generated/fields/shape.ts";
import type { OperationFates } from "../dialects/dialect.ts";
import { heardHere, fates as overChat } from "../operations/completions/over-chat.ts";
import { toOwnPath } from "../operations/completions/paths.ts";
import type { OperationName } from "../operations/types.ts";
import {
  type Case,
  type Cell,
  casesOf,
  createDecide,
  type Decide,
  type Line,
  otherwise,
  toCell,
  toSaid,
} from "./cell.ts";
import type { Column } from "./columns.ts";
import { probes } from "./probes.ts";
import { heardInReply } from "./read.ts";

/** Tells the cell of a field by its key; undefined for a field that nobody speaks of. */
export type FieldCells = (key: string) => Cell | undefined;

const made = new WeakMap<Column, Map<OperationName, FieldCells>>();

/** The cells of one operation's request fields at one model. Made once per column. */
export function createFieldCells(column: Column, operation: OperationName): FieldCells {
  const known = made.get(column) ?? new Map<OperationName, FieldCells>();
  made.set(column, known);
  const found = known.get(operation) ?? fieldCellsOf(column, operation);
  known.set(operation, found);
  return found;
}

function fieldCellsOf({ target, facts }: Column, operation: OperationName): FieldCells {
  switch (operation) {
    case "chat": {
      const fates = target.chat?.operation.fates;
      return fates === undefined ? () => undefined : cellsIn(fates, createDecide(fates, facts, probes.chat));
    }
    case "embeddings": {
      const fates = target.embeddings?.operation.fates;
      return fates === undefined ? () => undefined : cellsIn(fates, createDecide(fates, facts, probes.embeddings));
    }
    case "completions": {
      const fates = target.completions?.operation.fates;
      if (fates === undefined) return () => undefined;
      const own = cellsIn(fates, createDecide(fates, facts, probes.completions));
      const chat = target.chat?.operation.fates;
      if (fates !== overChat || chat === undefined) return own;
      const lacking = chat.lacking?.(facts);
      const inChat = cellsIn(chat, createDecide(chat, facts, probes.chat));
      const unknown = (place: string): Cell =>
        lacking?.names.has(place) === true
          ? { kind: "reported", why: lacking.why }
          : chat.unknown === "passed"
            ? { kind: "mapped", to: [place] }
            : { kind: "reported", why: "no spec knows it, and the upstream has no place for it" };
      return (key) => {
        const cell = throughChat(own(key), (place) => inChat(place) ?? unknown(place));
        return cell !== undefined && heardHere.test(key) ? toCell(casesOf(cell).map(heard)) : cell;
      };
    }
    default:
      return operation satisfies never;
  }
}

/** A way of texts to stop at: the gateway looks for those that chat does not take. */
const heard = (way: Case): Case => (way.kind === "reported" ? { when: way.when, ...toSaid(heardInReply) } : way);

/** A table's own cells. A field without a line shares the fate of the one it lies below. */
function cellsIn<Request>({ request, otherWords }: OperationFates<Request>, decide: Decide): FieldCells {
  const lines: Readonly<Record<string, Line>> = { ...otherWords, ...request };
  return (key) => {
    for (let place: string | undefined = key; place !== undefined; place = above(place)) {
      const line = lines[place];
      if (line !== undefined) return decide(line);
    }
    return undefined;
  };
}

/** The place that another lies below; undefined at the top. */
export function above(key: string): string | undefined {
  const shorter = key.replace(/(?:\.[^.[\]<>=]+|\[\]|<[^>]*>|=[^<>[\]]*)$/, "");
  return shorter === key || shorter === "" ? undefined : shorter;
}

/** Places of chat as chat's own table calls them. */
const chatKeys: Readonly<Record<string, string>> = { "messages[].content": "messages[]<user>.content" };

/** What keeps a model from thinking is the gateway's own wish there, and nobody is told of its fate. */
const isOwn = (place: string): boolean => toOwnPath(place, { model: "", prompt: "" }) !== undefined;

/** Two tables, one after the other: what is carried over meets its fate in chat. */
function throughChat(own: Cell | undefined, inChat: (place: string) => Cell): Cell | undefined {
  if (own === undefined) return undefined;
  const ways = casesOf(own).flatMap((way): readonly Case[] => {
    if (way.kind !== "mapped") return [way];
    const met = weightiest(
      (way.to ?? []).filter(isOwn).map((place) => inChat(chatKeys[place] ?? place.replace(/\.\*\*$/, ""))),
    );
    if (met === undefined) return [way];
    const theirs = casesOf(met);
    const when = (other: string): string =>
      way.when === otherwise ? other : other === otherwise ? way.when : `${way.when}, and ${other}`;
    return theirs.map((one) => ({ ...one, when: when(one.when) }));
  });
  return toCell(ways);
}

const weights: Readonly<Record<Cell["kind"], number>> = {
  refused: 6,
  reported: 5,
  depends: 4,
  emulated: 3,
  mapped: 2,
  gateway: 1,
  ignored: 0,
};

function weightiest(cells: readonly Cell[]): Cell | undefined {
  return cells.toSorted((a, b) => weights[b.kind] - weights[a.kind])[0];
}

/** Every key of a shape, in the order of the spec: places, variants and words. */
export function keysOf(shape: Shape): readonly string[] {
  const below = [...Object.values(shape.properties ?? {}), ...Object.values(shape.variants ?? {})];
  const words = (shape.values ?? []).map((word) => `${shape.key}=${word}`);
  const items = shape.items === undefined ? [] : keysOf(shape.items).filter((key) => key !== shape.items?.key);
  const own = shape.key === "" ? [] : [shape.key];
  return [...own, ...words, ...below.flatMap(keysOf), ...items];
}
