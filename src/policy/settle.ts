import type { ErrorName, GatewayError } from "../errors.ts";
import { type Bill, billOf } from "../usage/bill.ts";
import { estimatePrompt } from "../usage/estimate.ts";
import { bytesOfWhole, type Hearing, tierIn } from "../usage/hearing.ts";
import type { Price } from "../usage/price.ts";
import type { SumCheck } from "../usage/sum-check.ts";
import { outputOf, type Usage } from "../usage/usage.ts";

/** What answered, as far as it decides what the answer costs. */
interface Priced {
  readonly price: Price | undefined;
  readonly deployment: { readonly provider: { readonly name: string } };
}

/** What came of an upstream call, and by how many tries. */
interface Attempted<Target, Got> {
  readonly target: Target;
  readonly attempts: number;
  readonly answer: Got;
}

/** A stream, as far as it is counted. */
interface Streamed {
  readonly usage: () => Usage | undefined;
  readonly isCounted?: (() => boolean) | undefined;
}

/** A part of a request that was answered, and will have to be paid for. */
export interface Spent<Target> {
  readonly target: Target;
  readonly attempts: number;
  readonly request: object;
  /** What the upstream has told by now. */
  readonly usage: () => Usage | undefined;
  /** Whether its answer has come to its end: a stream can be cut. */
  readonly isWhole: () => boolean;
  /** Whether nothing came after its counts. */
  readonly isCounted: () => boolean;
  readonly tier: () => string | undefined;
  readonly heardBytes: () => number;
}

/** What an answer in one piece took. */
export function spentWhole<Target>(
  request: object,
  { target, attempts, answer }: Attempted<Target, { readonly body: object; readonly usage: Usage | undefined }>,
): Spent<Target> {
  return {
    target,
    attempts,
    request,
    usage: () => answer.usage,
    isWhole: () => true,
    isCounted: () => true,
    tier: () => tierIn(answer.body),
    heardBytes: () => bytesOfWhole(answer.body),
  };
}

/** What a stream takes, which is known when it is over. `part` is its place among those of the request. */
export function spentStream<Target>(
  request: object,
  { target, attempts, answer }: Attempted<Target, Streamed>,
  hearing: Hearing,
  part: number,
): Spent<Target> {
  return {
    target,
    attempts,
    request,
    usage: answer.usage,
    isWhole: () => hearing.isFinished(part),
    isCounted: () => answer.isCounted?.() ?? false,
    tier: () => hearing.tierOf(part),
    heardBytes: () => hearing.bytesOf(part),
  };
}

/** What a call took of which nobody heard the end: the prompt was read, and will have to be paid for. */
export function spentUnheard<Target>(request: object, target: Target): Spent<Target> {
  return {
    target,
    // Counted with those of the failure itself.
    attempts: 0,
    request,
    usage: () => undefined,
    isWhole: () => false,
    isCounted: () => false,
    tier: () => undefined,
    heardBytes: () => 0,
  };
}

/** Errors that say nothing of whether the upstream was at work: it was asked, and nobody waited for its answer. */
const unheard: ReadonlySet<ErrorName> = new Set([
  "client_closed_request",
  "upstream_first_byte_timeout",
  "upstream_idle_timeout",
  "upstream_timeout",
  "upstream_stream_cut",
]);

/** Whether an upstream will want to be paid although its call failed. */
export function isPaidAnyway({ errorName }: GatewayError): boolean {
  return unheard.has(errorName);
}

/** Adds up what a request took. `isOver` says that its streams came to their end. */
export type Settle<About, Target> = (spent: readonly Spent<Target>[], about: About, isOver: boolean) => Bill;

/** Makes the step that adds up what requests took, and compares what upstreams count with their own sums. */
export function createSettle<About extends object, Target extends Priced>(
  checkSum: SumCheck<About & { readonly provider: string }>,
): Settle<About, Target> {
  return (spent, about, isOver) =>
    billOf(
      spent.map(({ request, target: { deployment, price }, usage, isWhole, isCounted, tier, heardBytes }) => {
        const told = usage();
        const isDone = isOver || isWhole();
        if (isDone) checkSum(told, { ...about, provider: deployment.provider.name });
        const promptTokens = (): number => estimatePrompt(request);
        // Counts that leave the answer out are not those of its end.
        const isAllTold = isDone || (isCounted() && told !== undefined && outputOf(told) > 0);
        return { usage: told, isWhole: isAllTold, price, tier: tier(), heardBytes, promptTokens };
      }),
    );
}
