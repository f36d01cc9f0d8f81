import type { IncomingHttpHeaders } from "node:http";

/** A request an emulator received, and what became of it. Times are milliseconds since 1970, with fractions. */
export interface RequestRecord {
  readonly method: string;
  /** Path and query; a key in it is masked. */
  readonly path: string;
  /** Header values; credentials are masked. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON, else the text. Only the latest 500 requests keep it. */
  readonly body: unknown;
  readonly receivedAt: number;
  /** Status of the answer, once it is made. */
  readonly status: number | undefined;
  /** When the answer ended, for whatever reason. */
  readonly endedAt: number | undefined;
  /** When the client left before the answer was whole. */
  readonly abortedAt: number | undefined;
}

/** The same while the request is served. */
export interface OpenRecord extends RequestRecord {
  body: unknown;
  status: number | undefined;
  endedAt: number | undefined;
  abortedAt: number | undefined;
}

/** What an emulator saw: read it in tests to learn what was sent and when a client left. */
export interface Journal {
  /** The latest requests, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** Requests the client left, in that order. */
  readonly aborted: readonly RequestRecord[];
  /** Requests in flight. */
  readonly active: ReadonlySet<RequestRecord>;
  /** Resolves with the `count`th request, once it has arrived with its body. */
  untilRequested(count?: number, timeoutMs?: number): Promise<RequestRecord>;
  /** Resolves with the `count`th request that was left by its client. */
  untilAborted(count?: number, timeoutMs?: number): Promise<RequestRecord>;
  /** Resolves when nothing is in flight. */
  untilIdle(timeoutMs?: number): Promise<void>;
  /** Forgets all requests that are over. */
  forget(): void;
}

/** The side of a journal that a server writes to. */
export interface JournalWriter extends Journal {
  open(method: string, path: string, headers: IncomingHttpHeaders): OpenRecord;
  arrived(record: OpenRecord, body: unknown): void;
  ended(record: OpenRecord, aborted: boolean): void;
}

// A mock that runs for days must not grow, and bodies may be large.
const maxRecords = 10_000;
const maxBodies = 500;
const credentials = new Set(["authorization", "x-goog-api-key", "x-api-key", "api-key", "x-amz-security-token"]);

/** The current time. */
export const now = (): number => performance.timeOrigin + performance.now();

/** Makes an empty journal. */
export function createJournal(): JournalWriter {
  const requests: OpenRecord[] = [];
  const aborted: OpenRecord[] = [];
  const active = new Set<OpenRecord>();
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const check of [...waiting]) check();
  };
  const until = <T>(what: string, read: () => T | undefined, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        waiting.delete(check);
        settle();
      };
      const check = (): void => {
        const value = read();
        if (value !== undefined) finish(() => resolve(value));
      };
      const timer = setTimeout(() => finish(() => reject(new Error(`waited ${timeoutMs} ms for ${what}`))), timeoutMs);
      waiting.add(check);
      check();
    });
  return {
    requests,
    aborted,
    active,
    untilRequested: (count = 1, timeoutMs = 10_000) => until(`request ${count}`, () => requests[count - 1], timeoutMs),
    untilAborted: (count = 1, timeoutMs = 10_000) => until(`abort ${count}`, () => aborted[count - 1], timeoutMs),
    async untilIdle(timeoutMs = 10_000) {
      await until("the last request", () => (active.size === 0 ? true : undefined), timeoutMs);
    },
    forget() {
      requests.length = 0;
      aborted.length = 0;
    },
    open(method, path, headers) {
      const record = {
        method,
        path: maskQuery(path),
        headers: maskHeaders(headers),
        body: undefined,
        receivedAt: now(),
      };
      const opened: OpenRecord = { ...record, status: undefined, endedAt: undefined, abortedAt: undefined };
      active.add(opened);
      return opened;
    },
    arrived(record, body) {
      record.body = body;
      requests.push(record);
      const old = requests.at(-1 - maxBodies);
      if (old !== undefined) old.body = undefined;
      if (requests.length > maxRecords) requests.shift();
      changed();
    },
    ended(record, wasAborted) {
      record.endedAt = now();
      active.delete(record);
      if (wasAborted) record.abortedAt = record.endedAt;
      if (wasAborted) aborted.push(record);
      if (aborted.length > maxRecords) aborted.shift();
      changed();
    },
  };
}

const maskQuery = (path: string): string => path.replace(/([?&]key=)[^&]+/, "$1[masked]");

function maskHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]): [string, string] => {
    const text = Array.isArray(value) ? value.join(", ") : (value ?? "");
    return [name, credentials.has(name) ? text.replace(/^(\w+ )?.*$/s, "$1[masked]") : text];
  });
  return Object.fromEntries(entries);
}
