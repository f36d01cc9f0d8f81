import { type Dispatcher, errors } from "undici";
import type { Timeouts } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import { forgetDeadline, type Limited, watchDeadline } from "./deadlines.ts";
import { codeOf, proxyRefused, toFailure } from "./failure.ts";

/** An upstream's answer, read once: either iterated or taken as text. */
export interface UpstreamBody extends AsyncIterable<Buffer> {
  /**
   * The whole body as UTF-8 text.
   * Fails: rejects with `upstream_invalid_response` beyond `maxBytes`, else as iteration does.
   */
  readonly text: (maxBytes?: number) => Promise<string>;
  /** Lets the rest go unread. One that is short and soon over is swallowed, so that its connection can serve again. */
  readonly discard: () => void;
}

/** Says that nobody waits any more. An `AbortSignal` is one. */
export interface Signal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: SignalListener, options?: { readonly once: boolean }): void;
  removeEventListener(type: "abort", listener: SignalListener): void;
}

type SignalListener = (() => void) | { readonly handleEvent: () => void };

/** Response headers by lower-case name. */
export type UpstreamHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What the exchange asks of the socket it is written to. */
interface Socket {
  readonly isReused: () => boolean;
}

const defaultMaxBytes = 64 * 1024 * 1024;
/** Unread bytes at which the socket is paused. */
const highWaterBytes = 64 * 1024;
const discardBytes = 64 * 1024;
/** How long the end of an answer that nobody reads is waited for. */
const discardMs = 1_000;
/** A stale socket shows itself within one round trip of writing to it; later than this it is another failure. */
const staleWithinMs = 1_000;
const staleCodes: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);
const once = { once: true };

/**
 * undici's timers cost nothing and may be a second late. That hurts a short wait, so below this many milliseconds a
 * wait gets a timer of its own.
 */
const exactBelowMs = 10_000;

/** How long undici itself is to wait: 0, for ever, where the exchange has its own timer. */
export function coarseMs(waitMs: number): number {
  return waitMs < exactBelowMs ? 0 : waitMs;
}

/** Milliseconds until the first byte, and between two reads. */
export type Waits = Pick<Timeouts, "firstByteMs" | "idleMs">;

/**
 * One request and its answer on one socket: undici's handler, the answer's body, and the end of both by abort or
 * by the total timeout. In place of `Pool.request` because that builds a Node stream for each answer.
 *
 * A read that brings several HTTP chunks is handed on as one Buffer.
 * Fails: `answered` resolves to a {@link GatewayError}; after it, iteration and `text` reject with one.
 */
export class Exchange implements Dispatcher.DispatchHandler, UpstreamBody, AsyncIterator<Buffer, undefined>, Limited {
  status = 0;
  headers: UpstreamHeaders = {};
  /** Set by the connection that takes the request. */
  connection: Socket | undefined;
  /** Resolves when the status and headers have arrived, or to the failure that came instead. */
  readonly answered: Promise<GatewayError | undefined>;
  /**
   * The upstream had closed this kept connection before our request reached it: nothing came back, and at once.
   * Then a retry repeats no work. A peer that took the request and died later is not tried again here.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1
   */
  stale = false;
  readonly deadlineMs: number;

  readonly #signal: Signal;
  /** Of a short time for all of it, and of the end of an answer that nobody reads. */
  #timer: NodeJS.Timeout | undefined;
  readonly #waits: Waits;
  /** Of a short wait for the first byte, and then for the next read. */
  #waitTimer: NodeJS.Timeout | undefined;
  #settle: ((failure?: GatewayError) => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #onReusedSocket = false;
  #sentAtMs = 0;
  #anyByte = false;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** What `text` collects up to; undefined while the body is iterated. */
  #maxBytes: number | undefined;
  #ended = false;
  #discarded = false;
  #failure: GatewayError | undefined;
  #wake: (() => void) | undefined;

  constructor(signal: Signal, nowMs: number, deadlineMs: number, waits: Waits) {
    this.#signal = signal;
    this.deadlineMs = deadlineMs;
    this.#waits = waits;
    this.answered = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const leftMs = deadlineMs - nowMs;
    if (leftMs < exactBelowMs) this.#timer = setTimeout(onTotalTimeout, Math.max(1, Math.ceil(leftMs)), this);
    else watchDeadline(this);
    signal.addEventListener("abort", this, once);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== undefined) {
      controller.abort(this.#failure);
      return;
    }
    this.#onReusedSocket = this.connection?.isReused() ?? false;
    this.#sentAtMs = performance.now();
    const { firstByteMs } = this.#waits;
    if (firstByteMs < exactBelowMs) this.#waitTimer = setTimeout(onFirstByteTimeout, firstByteMs, this);
  }

  onResponseStarted(): void {
    this.#anyByte = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: UpstreamHeaders): void {
    if (status < 200) return;
    if (this.#waitTimer !== undefined) clearTimeout(this.#waitTimer);
    // Only proxies say so, and then it is not the upstream's answer.
    if (status === 407) {
      this.stop(proxyRefused(status));
      return;
    }
    const { idleMs } = this.#waits;
    this.#waitTimer = idleMs < exactBelowMs ? setTimeout(onIdleTimeout, idleMs, this) : undefined;
    this.status = status;
    this.headers = headers;
    this.#settle?.();
    this.#settle = undefined;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    this.#waitTimer?.refresh();
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#maxBytes === undefined) {
      if (this.#bytes >= highWaterBytes) controller.pause();
      this.#notify();
    } else if (this.#bytes > this.#maxBytes) {
      this.stop(tooLarge(this.#maxBytes));
    }
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#release();
    this.#notify();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#failure !== undefined) return;
    this.stale =
      this.#onReusedSocket &&
      !this.#anyByte &&
      staleCodes.has(codeOf(error)) &&
      performance.now() - this.#sentAtMs < staleWithinMs;
    this.#fail(toFailure(error, this.status !== 0));
  }

  /** The abort signal's listener: the object itself, to spare a closure per request. */
  handleEvent(): void {
    this.stop(clientClosed());
  }

  onDeadline(): void {
    this.stop(totalTimeout());
  }

  /** Ends the exchange for the given reason and the socket with it, at once. */
  stop(reason: GatewayError): void {
    if (this.#ended) return;
    this.#fail(reason);
    this.#controller?.abort(reason);
  }

  async next(): Promise<IteratorResult<Buffer, undefined>> {
    if (this.#chunks.length === 0 && !this.#ended && this.#failure === undefined) await this.#news();
    if (this.#chunks.length > 0) return { done: false, value: this.#take() };
    if (this.#failure !== undefined) throw this.#failure;
    return { done: true, value: undefined };
  }

  /** The reader has seen enough. */
  async return(): Promise<IteratorResult<Buffer, undefined>> {
    if (!this.#discarded) this.stop(clientClosed());
    this.#chunks = [];
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async text(maxBytes: number = defaultMaxBytes): Promise<string> {
    this.#maxBytes = maxBytes;
    if (this.#bytes > maxBytes) {
      this.stop(tooLarge(maxBytes));
      throw this.#failure ?? tooLarge(maxBytes);
    }
    this.#resume();
    if (!this.#ended && this.#failure === undefined) await this.#news();
    if (this.#failure !== undefined) throw this.#failure;
    const text = this.#take().toString("utf8");
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  discard(): void {
    this.#discarded = true;
    if (!this.#ended && this.#failure === undefined) {
      forgetDeadline(this);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(onTotalTimeout, discardMs, this);
    }
    this.text(discardBytes).catch(() => undefined);
  }

  /** All that has arrived since the last take, as one Buffer. */
  #take(): Buffer {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    if (!this.#ended) this.#resume();
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  }

  /** While the reader kept the socket waiting, the upstream was not idle. */
  #resume(): void {
    if (this.#controller?.paused === true) this.#waitTimer?.refresh();
    this.#controller?.resume();
  }

  /** Whether the upstream could have sent something, and did not. */
  isIdle(): boolean {
    return this.#controller?.paused !== true;
  }

  /** Waits for the next read. All chunks of that read are there when it resolves: the parser runs through first. */
  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #fail(failure: GatewayError): void {
    if (this.#failure !== undefined || this.#ended) return;
    this.#failure = failure;
    this.#release();
    this.#settle?.(failure);
    this.#settle = undefined;
    this.#notify();
  }

  #release(): void {
    forgetDeadline(this);
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    if (this.#waitTimer !== undefined) clearTimeout(this.#waitTimer);
    this.#signal.removeEventListener("abort", this);
  }
}

/** The client is gone: nobody is told, the ledger and the log are. */
export function clientClosed(): GatewayError {
  return new GatewayError("client_closed_request", "The client closed the request.");
}

/** The whole request took too long. */
export function totalTimeout(): GatewayError {
  return new GatewayError("upstream_timeout", "The upstream took longer than the time allowed for a request.");
}

function onTotalTimeout(exchange: Exchange): void {
  exchange.onDeadline();
}

function onFirstByteTimeout(exchange: Exchange): void {
  exchange.stop(toFailure(new errors.HeadersTimeoutError(), false));
}

function onIdleTimeout(exchange: Exchange): void {
  if (exchange.isIdle()) exchange.stop(toFailure(new errors.BodyTimeoutError(), true));
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError("upstream_invalid_response", `The upstream's answer is larger than ${maxBytes} bytes.`);
}
