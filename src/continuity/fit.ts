import type { AssistantMessage } from "../dialects/dialect.ts";
import type { ChatMessage } from "../operations/types.ts";
import type { Envelope } from "./envelope.ts";
import type { MadeCall } from "./turn.ts";

type ToolCall = NonNullable<AssistantMessage["tool_calls"]>[number];

/** How a client's turn and a kept one go together. */
export interface Fit {
  /** For each of the client's calls, in the order they were made: its place with the client, and among those kept. */
  readonly calls: readonly { readonly place: number; readonly kept: number | undefined }[];
}

/**
 * Finds the kept calls in a client's turn, by what they say and, of those that say the same, by their ids. Undefined
 * where the client's calls are others: what was signed with one call is refused with another.
 */
export function fit(calls: readonly MadeCall[], envelope: Envelope): Fit | undefined {
  const free = new Set(calls.keys());
  const take = (holds: (call: MadeCall) => boolean): number | undefined => {
    for (const place of free) {
      const call = calls[place];
      if (call === undefined || !holds(call)) continue;
      free.delete(place);
      return place;
    }
    return undefined;
  };
  const exact = envelope.calls.map(({ id, said }) => take((call) => call.said === said && call.id === id));
  const found = envelope.calls.flatMap(({ said }, kept) => {
    const place = exact[kept] ?? take((call) => call.said === said);
    return place === undefined ? [] : [{ place, kept }];
  });
  if (found.length === 0 && envelope.calls.length + calls.length > 0) return undefined;
  return { calls: [...found, ...[...free].map((place) => ({ place, kept: undefined }))] };
}

/** A turn whose calls are as they were made, and the results behind it. */
export interface Mended {
  readonly message: AssistantMessage;
  readonly results: readonly ChatMessage[];
  /** What is kept of the calls, in the order of the message's; null where there is nothing. */
  readonly signs: readonly (string | null)[];
}

/**
 * Gives calls their order and their ids back, and results the ids of their calls.
 *
 * @param results the messages of tools that stand behind the turn
 */
export function mendCalls(
  message: AssistantMessage,
  results: readonly ChatMessage[],
  envelope: Envelope,
  { calls: placed }: Fit,
): Mended {
  const sent = message.tool_calls ?? [];
  const signsOf = (order: Fit["calls"]) => order.map(({ kept = -1 }) => envelope.kept.calls?.[kept] ?? null);
  const asSent = placed.toSorted((one, other) => one.place - other.place);
  const ids = asSent.map(({ place, kept = -1 }) => envelope.calls[kept]?.id || (sent[place]?.id ?? ""));
  const isSame = sent.every((call, place) => call.id === ids[place] && placed[place]?.place === place);
  // Two that go by one name cannot be told apart any more.
  const isClear = new Set(ids).size === ids.length;
  if (isSame || !isClear) return { message, results, signs: signsOf(asSent) };
  const calls = placed.flatMap(({ place }) => renamed(sent[place], ids[place]));
  return {
    message: { ...message, tool_calls: calls },
    results: renameResults(results, sent, ids),
    signs: signsOf(placed),
  };
}

function renamed(call: ToolCall | undefined, id: string | undefined): readonly ToolCall[] {
  return call === undefined ? [] : [id === undefined || id === call.id ? call : { ...call, id }];
}

/** A result goes to the call of its id; of several calls that go by one, each takes the next. */
function renameResults(
  results: readonly ChatMessage[],
  sent: readonly ToolCall[],
  ids: readonly string[],
): readonly ChatMessage[] {
  const byId = Map.groupBy(sent.keys(), (place) => sent[place]?.id ?? "");
  return results.map((result) => {
    if (result.role !== "tool") return result;
    const places = byId.get(result.tool_call_id) ?? [];
    const place = places.length > 1 ? places.shift() : places[0];
    const id = place === undefined ? undefined : ids[place];
    return id === undefined || id === result.tool_call_id ? result : { ...result, tool_call_id: id };
  });
}
