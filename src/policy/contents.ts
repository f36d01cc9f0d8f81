import { GatewayError } from "../errors.ts";
import type { Seal } from "../seal.ts";
import type { ContentRow } from "../store/sql/content-row.ts";
import type { ContentStore } from "../store/sql/port.ts";
import type { Caller } from "./caller.ts";
import { type ContentQueueBounds, type ContentQueueDeps, createContentQueue } from "./content-queue.ts";
import { createStreamJoiner } from "./content-stream.ts";
import { type Said, toContentText } from "./content-text.ts";

/** What was said in a request, read again. */
export interface Content {
  readonly id: string;
  /** When the request came, in milliseconds since 1970. */
  readonly time: number;
  readonly keyId: string;
  /** JSON, as {@link toContentText} bounds it. */
  readonly request: unknown;
  /** Undefined where nothing was answered. */
  readonly response: unknown;
}

/** Listens to one request. Nothing here fails, and nothing is waited for. */
export interface Recording {
  /** The answer, as a whole. */
  readonly whole: (answer: Said) => void;
  /** A chunk of it. A text counts in place of the chunk, which may then be another one's. */
  readonly chunk: (piece: { readonly chunk: object; readonly text?: string | undefined }) => void;
  /** It is over, and this is what went wrong. The first call counts. */
  readonly end: (error?: GatewayError) => void;
}

/** Keeps what is said, of the keys that want it. */
export interface Contents {
  /** Undefined where nothing is kept of this caller. `request`: as the client sent it, under the ledger's id of it. */
  readonly begin: (caller: Caller, id: string, request: object) => Recording | undefined;
  /**
   * What was said in a request; undefined where nothing was kept, or its time is over.
   * Fails: rejects with `conflict` where it was sealed with a secret that is not known here, and as the store.
   */
  readonly read: (id: string) => Promise<Content | undefined>;
  /** Writes what waits. */
  readonly close: () => Promise<void>;
}

export interface ContentsDeps {
  readonly store: Pick<ContentStore, "put" | "byId">;
  readonly seal: Seal;
  readonly retentionMs: number;
  readonly log: ContentQueueDeps["log"];
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly bounds?: Partial<ContentQueueBounds> | undefined;
}

/** Makes what keeps contents. What leaves the process is sealed, bound to the request and the key it belongs to. */
export function createContents({ store, seal, retentionMs, log, nowMs, bounds }: ContentsDeps): Contents {
  const queue = createContentQueue({
    store,
    log,
    bounds,
    seal: (content) => ({
      ...content,
      request: seal.close(content.request, about("request", content)),
      answer: content.answer === undefined ? undefined : seal.close(content.answer, about("answer", content)),
    }),
  });

  function open(row: ContentRow): Content {
    const { id, time, keyId } = row;
    const request = seal.open(row.request, about("request", row));
    const answer = row.answer === undefined ? undefined : seal.open(row.answer, about("answer", row));
    if (request === undefined || (answer === undefined && row.answer !== undefined)) throw unreadable(id);
    return { id, time, keyId, request: JSON.parse(request), response: answer && JSON.parse(answer) };
  }

  return {
    begin({ keepsContent, keyId }, id, request) {
      if (!keepsContent || keyId === undefined) return undefined;
      const head = { id, time: nowMs(), keyId };
      return createRecording(request, (texts) => queue.add({ ...head, ...texts() }), log);
    },
    async read(id) {
      const row = await store.byId(id);
      return row === undefined || row.time < nowMs() - retentionMs ? undefined : open(row);
    },
    close: queue.close,
  };
}

type Texts = Pick<ContentRow, "request" | "answer">;

function createRecording(request: object, keep: (texts: () => Texts) => void, log: ContentQueueDeps["log"]): Recording {
  const streamed = createStreamJoiner();
  let answer: Said | undefined;
  let isOver = false;

  /** What is said is any JSON: whatever it does here stays here. */
  function safely(act: () => void): void {
    try {
      act();
    } catch (thrown) {
      isOver = true;
      const cause = thrown instanceof Error ? thrown.name : "unknown";
      log.warn({ cause }, "what was said in a request could not be kept");
    }
  }

  return {
    whole(said) {
      answer = said;
    },
    chunk({ chunk, text }) {
      if (!isOver) safely(() => streamed.add(text === undefined ? chunk : JSON.parse(text)));
    },
    end(error) {
      if (isOver) return;
      isOver = true;
      safely(() =>
        keep(() => {
          const said = answer ?? toSaid(streamed.value(), error);
          return { request: toContentText({ body: request }), answer: said && toContentText(said) };
        }),
      );
    },
  };
}

/** What came of a stream, and what the client heard of its end. */
function toSaid(streamed: object | undefined, error: GatewayError | undefined): Said | undefined {
  // A client that has left hears of nothing.
  const heard = error?.errorName === "client_closed_request" ? undefined : error?.toEnvelope();
  return streamed === undefined && heard === undefined ? undefined : { body: { ...streamed, ...heard } };
}

/** What a seal is bound to: neither somebody else's content opens in its place, nor a request as an answer. */
function about(part: "request" | "answer", { id, keyId }: Pick<ContentRow, "id" | "keyId">): string {
  return JSON.stringify([part, id, keyId]);
}

function unreadable(id: string): GatewayError {
  const message = `What was said in ${id} cannot be read: it was sealed with a secret that \`server.secret\` does not list, or altered since.`;
  return new GatewayError("conflict", message, { param: "request_id" });
}
