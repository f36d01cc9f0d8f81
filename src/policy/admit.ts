import type { Config, ModelConfig } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import { type Bidder, boundOf } from "../usage/bound.ts";
import { estimateCost } from "../usage/estimate.ts";
import type { Price } from "../usage/price.ts";
import { inputOf, outputOf } from "../usage/usage.ts";
import type { Account, Accountant } from "./accountant.ts";
import type { Caller, Callers, EndUser, Payer } from "./caller.ts";
import { type Ending, type Entry, type Guess, toLedgerRow } from "./ledger.ts";
import { type Subject, toSubject } from "./limit-subject.ts";
import type { Limits, Ticket } from "./limits.ts";

/** A request that wants in. */
export interface Asking {
  /** The gateway's own id of it. */
  readonly id: string;
  readonly caller: Caller;
  readonly model: ModelConfig;
  /** As the client named it, for messages. */
  readonly requestedModel: string;
  readonly operation: string;
  readonly request: object;
  /** Who may answer, in the order they are asked. */
  readonly bidders: readonly (Bidder & { readonly provider: string })[];
  /** How many upstream calls it becomes. */
  readonly calls: number;
  /** What the client calls itself. */
  readonly client: string | undefined;
}

/** A request that was let in, and has to be settled when it is over. */
export interface Admission {
  /** For every answer to it. */
  readonly headers: Readonly<Record<string, string | number>>;
  /** Answers may be no longer, where a budget pays for less than was asked for. */
  readonly outputTokens: number | undefined;
  /**
   * It is over, and this is what came of it. Only the first call counts.
   * Fails: as {@link Account.settle}.
   */
  readonly settle: (ending: Ending) => Promise<void>;
}

/**
 * Lets a request in, before an upstream hears of it. Undefined, and no promise, where nothing limits or counts it.
 * Fails: as {@link Limits.enter} and {@link Accountant.enter}; throws `permission_denied` for an end user who is
 * blocked.
 */
export type Admit = (asking: Asking) => Promise<Admission | undefined> | undefined;

export interface AdmitDeps {
  readonly config: Pick<Config, "models">;
  readonly limits: Limits;
  /** Undefined where there is no database. */
  readonly accountant: Accountant | undefined;
  readonly endUser: Callers["endUser"];
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Makes the step that lets requests in: the limits of the caller and of the model, and the budgets. All or none. */
export function createAdmit({ config, limits, accountant, endUser, nowMs }: AdmitDeps): Admit {
  const models = new Map<ModelConfig, Subject>();
  for (const model of config.models) {
    const subject = toSubject("model", model.name, model.limits);
    if (subject !== undefined) models.set(model, subject);
  }

  async function admit(asking: Asking, found: ReturnType<Callers["endUser"]>): Promise<Admission | undefined> {
    const named = found instanceof Promise ? await found : found;
    if (named?.isBlocked === true) throw blocked(asking.request);
    const subjects = subjectsOf(asking, named, models.get(asking.model));
    const ticket = subjects.length === 0 ? undefined : await limits.enter(toWish(asking, subjects));
    const account = accountant && (await reserve(accountant, asking, named, ticket, nowMs()));
    if (ticket === undefined && account === undefined) return undefined;
    return toAdmission(ticket, account);
  }

  return (asking) => {
    const { caller, model, request } = asking;
    const user = endUserIn(request);
    const found = user === undefined ? undefined : endUser(user);
    const isFree = accountant === undefined && caller.limited === undefined && model.limits === undefined;
    return isFree && found === undefined ? undefined : admit(asking, found);
  };
}

function subjectsOf({ caller }: Asking, named: EndUser | undefined, ofModel: Subject | undefined): readonly Subject[] {
  return [...(caller.limited ?? []), ...(named?.limited ?? []), ...(ofModel === undefined ? [] : [ofModel])];
}

function toWish({ requestedModel, request }: Asking, subjects: readonly Subject[]) {
  return { model: requestedModel, subjects, tokens: () => tokensOf(request) };
}

/** A request whose budget does not pay for it charges its limits nothing. */
async function reserve(
  accountant: Accountant,
  asking: Asking,
  named: EndUser | undefined,
  ticket: Ticket | undefined,
  nowMs: number,
): Promise<{ readonly account: Account; readonly entry: Entry }> {
  const { id, caller, operation, requestedModel, request, bidders, calls, client } = asking;
  const [first] = bidders;
  const entry: Entry = {
    id,
    time: nowMs,
    caller,
    endUser: endUserIn(request),
    operation,
    requestedModel,
    upstreamModel: first?.upstreamModel,
    provider: first?.provider,
    client,
  };
  const payers: readonly Payer[] = named?.payer === undefined ? caller.payers : [...caller.payers, named.payer];
  const bound = () => boundOf(request, bidders, calls);
  const guess = () => guessOf(request, first?.price);
  try {
    return { account: await accountant.enter({ entry, payers, bound, guess }), entry };
  } catch (thrown) {
    await ticket?.cancel();
    throw thrown;
  }
}

type Accounted = Awaited<ReturnType<typeof reserve>>;

function toAdmission(ticket: Ticket | undefined, accounted: Accounted | undefined): Admission {
  return {
    headers: { ...ticket?.headers, ...accounted?.account.headers },
    outputTokens: accounted?.account.outputTokens,
    async settle(ending) {
      const { usage } = ending;
      const counted = ticket?.settle(usage === undefined ? 0 : inputOf(usage) + outputOf(usage));
      if (accounted !== undefined) await accounted.account.settle(toLedgerRow(accounted.entry, ending));
      await counted;
    },
  };
}

function endUserIn(request: object): string | undefined {
  const user: unknown = Reflect.get(request, "user");
  return typeof user === "string" && user !== "" ? user : undefined;
}

function blocked(request: object): GatewayError {
  const message = `The end user '${endUserIn(request)}' is blocked.`;
  return new GatewayError("permission_denied", message, { param: "user" });
}

/**
 * What a request is taken to need before it is answered: its prompt, and as much output as it allows itself, for each
 * choice. Where it does not say, output counts when it is there: most answers are far shorter than what a model may say.
 */
function tokensOf(request: object): number {
  const { promptTokens, outputTokens } = estimateCost(request, undefined, 0);
  return promptTokens + outputTokens;
}

function guessOf(request: object, price: Price | undefined): Guess {
  const { promptTokens, outputTokens, costNanoUsd } = estimateCost(request, price);
  return { promptTokens, outputTokens, costNanoUsd: costNanoUsd === undefined ? undefined : BigInt(costNanoUsd) };
}
