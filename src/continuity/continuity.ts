import type { AnsweredTurn } from "../dialects/dialect.ts";
import type { ChatChunk, ChatCompletion, ChatRequest, Piece } from "../operations/types.ts";
import { createSeal } from "../seal.ts";
import type { Secret } from "../secret.ts";
import type { KeyValueStore } from "../store/key-value.ts";
import { continuityAt, makerAt, missingAt, type Place } from "./place.ts";
import { createRecalled, nearestOf, type Recalled, search } from "./recall.ts";
import { createShelf, type ShelfBounds, type ShelfOutcome, shelfBounds } from "./shelf.ts";
import { createSaidBefore, keysToKeep, turnOf } from "./turn.ts";
import { createTurnReader } from "./turn-reader.ts";

/**
 * - `found`, `missing`: a turn was looked for.
 * - `skipped`: a turn was not looked for, for those behind it were enough.
 * - `stand_in`: a turn went out with the upstream's own word in place of what was lost.
 */
export type ContinuityOutcome = ShelfOutcome | "found" | "missing" | "skipped" | "stand_in";

/** Something that became of turns, and where. */
export interface ContinuityEvent {
  readonly outcome: ContinuityOutcome;
  readonly turns: number;
  /** As the client said it. */
  readonly model: string;
  /** Undefined where none is chosen yet. */
  readonly provider: string | undefined;
  readonly requestId: string;
  /** Of a failure, the store's word for it. */
  readonly cause?: string | undefined;
}

/** A client's request, and whose it is. */
export interface Conversation<Request> {
  readonly request: Request;
  readonly tenant: string;
  /** As the client said it. */
  readonly model: string;
  readonly requestId: string;
}

/** A request on its way, with what is known of who asks. */
export function toConversation<Request>(
  request: Request,
  tenant: string,
  model: string,
  requestId: string | number | undefined,
): Conversation<Request> {
  return { request, tenant, model, requestId: String(requestId) };
}

/** Who answered. */
interface Answered<Body> {
  readonly target: Place;
  readonly answer: { readonly body: Body };
}

/** Sees chunks before they leave; what it returns is to be waited for. */
export type Watch<Chunk> = (pieces: readonly Piece<Chunk>[]) => Promise<unknown> | undefined;

/** What outlives the client's own copy of a conversation. Nothing here fails a request, or holds one up for long. */
export interface Continuity<Request, Body, Chunk> {
  /** Looks for what the client did not send back; undefined where no target misses anything. */
  readonly recall: (
    conversation: Conversation<Request>,
    targets: readonly Place[],
  ) => Promise<Recalled<Request, Body, Chunk>> | undefined;
  /** Keeps what later requests will need; undefined where there is nothing. To be waited for before the body leaves. */
  readonly keep: (
    conversation: Conversation<Request>,
    answered: readonly Answered<Body>[],
  ) => Promise<unknown> | undefined;
  /**
   * The same for a stream; undefined where there can be nothing to keep.
   *
   * @param parts which choice each of those who answer makes
   */
  readonly watch: (
    conversation: Conversation<Request>,
    answered: readonly Pick<Answered<Body>, "target">[],
    parts: readonly { readonly firstIndex: number }[],
  ) => Watch<Chunk> | undefined;
}

export interface ContinuityDeps {
  readonly store: Pick<KeyValueStore, "getMany" | "set">;
  /** The first one seals, all open; without any the process makes one of its own. */
  readonly secrets: readonly Secret[];
  readonly nowMs: () => number;
  readonly onEvent: (event: ContinuityEvent) => void;
  readonly bounds?: Partial<ShelfBounds> | undefined;
}

/**
 * Keeps what models want back of their own turns, and puts it where a client did not send it.
 *
 * What that is, when it is missing and how it is said is the dialect's matter; here are names, order and storage.
 *
 * @see docs/continuity.md
 */
export function createContinuity(deps: ContinuityDeps): Continuity<ChatRequest, ChatCompletion, ChatChunk> {
  const { store, secrets, nowMs, onEvent, bounds } = deps;
  const shelf = createShelf(store, createSeal(secrets, "continuity"), nowMs, { ...shelfBounds, ...bounds });
  type Asked = Conversation<ChatRequest>;

  function tellerFor({ model, requestId }: Asked, provider: string | undefined) {
    return (outcome: ContinuityOutcome, turns: number, cause?: string): void => {
      if (turns > 0) onEvent({ outcome, turns, model, provider, requestId, cause });
    };
  }

  /** Undefined where there is nothing to keep, or where what to keep cannot be told: no answer fails of that. */
  function put(asked: Asked, place: Place, answered: AnsweredTurn): Promise<void> | undefined {
    try {
      return shelve(asked, place, answered);
    } catch (thrown) {
      const cause = thrown instanceof Error ? thrown.name : undefined;
      tellerFor(asked, place.deployment.provider.name)("write_failed", 1, cause);
      return undefined;
    }
  }

  function shelve(asked: Asked, place: Place, answered: AnsweredTurn): Promise<void> | undefined {
    const kept = continuityAt(place)?.keep(answered);
    if (kept === undefined) return undefined;
    const { messages } = asked.request;
    const turn = turnOf(answered);
    const keys = keysToKeep(asked.tenant, turn, createSaidBefore(messages)(messages.length));
    const tell = tellerFor(asked, place.deployment.provider.name);
    const envelope = { maker: makerAt(place), calls: turn.calls, kept };
    return shelf.put(asked.tenant, keys, envelope, (outcome, cause) => tell(outcome, 1, cause));
  }

  async function recall(
    asked: Asked,
    missing: ReadonlyMap<Place, readonly number[]>,
    places: readonly number[],
  ): Promise<Recalled<ChatRequest, ChatCompletion, ChatChunk>> {
    const { messages } = asked.request;
    const tell = tellerFor(asked, undefined);
    const found = await search(messages, places, asked.tenant, shelf, (outcome, cause) => tell(outcome, 1, cause));
    return createRecalled(messages, missing, found, (place, outcome, turns) =>
      tellerFor(asked, place.deployment.provider.name)(outcome, turns),
    );
  }

  return {
    recall(asked, targets) {
      if (!targets.some(remembers)) return undefined;
      const missing = new Map(targets.map((target) => [target, missingAt(target, asked.request)]));
      const places = new Set([...missing.values()].flat());
      if (places.size === 0) return undefined;
      const nearest = nearestOf(asked.request.messages, places);
      tellerFor(asked, undefined)("skipped", places.size - nearest.length);
      return recall(asked, missing, nearest);
    },

    keep(asked, answered) {
      if (!answered.some(({ target }) => remembers(target))) return undefined;
      const puts = answered.flatMap(({ target, answer: { body } }) =>
        continuityAt(target) === undefined ? [] : body.choices.map(({ message }) => put(asked, target, message)),
      );
      return puts.length === 0 ? undefined : Promise.all(puts);
    },

    watch(asked, answered, parts) {
      if (!answered.some(({ target }) => remembers(target))) return undefined;
      const targets = new Map(answered.map(({ target }, at) => [parts[at]?.firstIndex, target]));
      const reader = createTurnReader();
      return (pieces) => {
        let puts: Promise<void>[] | undefined;
        for (const { chunk } of pieces) {
          for (const choice of chunk.choices) {
            const turn = reader.read(choice);
            const target = targets.get(choice.index);
            const putting = turn && target && put(asked, target, turn);
            if (putting !== undefined) puts = [...(puts ?? []), putting];
          }
        }
        return puts && Promise.all(puts);
      };
    },
  };
}

/** Whether turns are kept for a place at all. */
function remembers(place: Place): boolean {
  return continuityAt(place) !== undefined;
}
