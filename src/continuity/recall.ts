import type { Audit } from "../dialects/audit.ts";
import type { Operation } from "../dialects/dialect.ts";
import type { ChatChunk, ChatCompletion, ChatMessage, ChatRequest } from "../operations/types.ts";
import type { Envelope } from "./envelope.ts";
import { fit, mendCalls } from "./fit.ts";
import { continuityAt, makerAt, type Place } from "./place.ts";
import type { Shelf, Tell } from "./shelf.ts";
import { createSaidBefore, keysOf, type Turn, turnOf } from "./turn.ts";

/** How an operation is done at a target. */
export interface Serving<Request, Body, Chunk> {
  readonly operation: Operation<Request, Body, Chunk>;
  readonly audit: Audit<Request>;
}

/** What the client lost, as far as it was found. For each target it is another. */
export interface Recalled<Request, Body, Chunk> {
  /** The same ways to serve, each with the conversation as its target wants it. */
  readonly serving: <Target extends Place, Served extends Serving<Request, Body, Chunk>>(
    servedBy: (target: Target) => Served | undefined,
  ) => (target: Target) => Served | undefined;
}

/** What was found of turns by their places, the surest first. */
export type Found = ReadonlyMap<number, { readonly turn: Turn; readonly envelopes: readonly Envelope[] }>;

/** The most turns of one request that are looked for, and the most names: a store answers others meanwhile. */
const maxTurns = 500;
const maxKeys = 2_000;

/** The places of as many turns as are looked for at once, those nearest to the end of the conversation first. */
export function nearestOf(messages: readonly ChatMessage[], places: ReadonlySet<number>): readonly number[] {
  let left = maxKeys;
  return [...places]
    .sort((one, other) => other - one)
    .slice(0, maxTurns)
    .filter((at) => {
      const message = messages[at];
      // A name for each call, and two of the whole turn.
      const keys = 2 + (message?.role === "assistant" ? (message.tool_calls?.length ?? 0) : 0);
      if (keys > left) return false;
      left -= keys;
      return true;
    });
}

/** Looks for the turns at some places under all their names at once. */
export async function search(
  messages: readonly ChatMessage[],
  places: readonly number[],
  tenant: string,
  shelf: Shelf,
  tell: Tell,
): Promise<Found> {
  const before = createSaidBefore(messages);
  const turns = places.flatMap((at) => {
    const message = messages[at];
    if (message?.role !== "assistant") return [];
    const turn = turnOf(message);
    return [{ at, turn, keys: keysOf(tenant, turn, before(at)) }];
  });
  const all = turns.flatMap(({ keys }) => keys);
  const found = await shelf.find(tenant, all, tell);
  let next = 0;
  return new Map(
    turns.map(({ at, turn, keys }) => {
      const envelopes = found.slice(next, next + keys.length).filter((one) => one !== undefined);
      next += keys.length;
      return [at, { turn, envelopes }];
    }),
  );
}

/** Something that became of turns at a target. */
export type TellAt = (place: Place, outcome: "found" | "missing" | "stand_in", turns: number) => void;

/** Puts what was found where it was, for each target when its turn comes. */
export function createRecalled(
  messages: readonly ChatMessage[],
  missing: ReadonlyMap<Place, readonly number[]>,
  found: Found,
  tell: TellAt,
): Recalled<ChatRequest, ChatCompletion, ChatChunk> {
  const filled = new Map<Place, ChatMessage[]>();
  const toldStandIns = new Set<Place>();

  function messagesFor(place: Place): ChatMessage[] {
    const known = filled.get(place);
    if (known !== undefined) return known;
    const wanted = missing.get(place) ?? [];
    const made = [...messages];
    const restored = wanted.filter((at) => restoreTurn(made, at, place, found)).length;
    filled.set(place, made);
    tell(place, "found", restored);
    tell(place, "missing", wanted.length - restored);
    return made;
  }

  function tellStandIns(place: Place, turns: number): void {
    // Further tries and choices say the same.
    if (toldStandIns.has(place)) return;
    toldStandIns.add(place);
    tell(place, "stand_in", turns);
  }

  return {
    serving: (servedBy) => (target) => {
      const served = servedBy(target);
      if (served === undefined) return undefined;
      const { audit, operation } = served;
      const made = new WeakMap<ChatRequest, ChatRequest>();
      // One for each request, for others know it again.
      const whole = (request: ChatRequest): ChatRequest => {
        const known = made.get(request) ?? { ...request, messages: messagesFor(target) };
        made.set(request, known);
        return known;
      };
      return {
        ...served,
        audit: (request, facts, unsupported) => audit(whole(request), facts, unsupported),
        operation: {
          ...operation,
          open(request, facts, kind) {
            const open = operation.open(whole(request), facts, kind);
            if (open.standIns !== undefined) tellStandIns(target, open.standIns);
            return open;
          },
        },
      };
    },
  };
}

/** Puts into a turn what was found of it for this target; false where that is nothing. */
function restoreTurn(messages: ChatMessage[], at: number, place: Place, found: Found): boolean {
  const message = messages[at];
  const continuity = continuityAt(place);
  const { turn, envelopes } = found.get(at) ?? {};
  if (message?.role !== "assistant" || continuity === undefined || turn === undefined) return false;
  const maker = makerAt(place);
  for (const envelope of envelopes ?? []) {
    const match = envelope.maker === maker ? fit(turn.calls, envelope) : undefined;
    if (match === undefined) continue;
    const results = resultsBehind(messages, at);
    const mended = mendCalls(message, results, envelope, match);
    const restored = continuity.restore(mended.message, { turn: envelope.kept.turn, calls: mended.signs });
    messages.splice(at, 1 + results.length, restored, ...mended.results);
    return true;
  }
  return false;
}

function resultsBehind(messages: readonly ChatMessage[], at: number): readonly ChatMessage[] {
  const end = messages.findIndex(({ role }, i) => i > at && role !== "tool" && role !== "function");
  return messages.slice(at + 1, end === -1 ? messages.length : end);
}
