import type { Config, ModelConfig } from "../config/config.ts";
import { estimateCost } from "../usage/estimate.ts";
import { inputOf, outputOf, type Usage } from "../usage/usage.ts";
import type { Caller } from "./caller.ts";
import type { LimitHeaders } from "./limit-headers.ts";
import { type Subject, toSubject } from "./limit-subject.ts";
import type { Limits } from "./limits.ts";

/** A request that was let in, and has to be settled when it is over. */
export interface Admission {
  /** For every answer to it. */
  readonly headers: LimitHeaders;
  /** It is over, and this is what it used; undefined where no upstream answered. Only the first call counts. */
  readonly settle: (usage: Usage | undefined) => Promise<void>;
}

/**
 * Lets a request in, before an upstream hears of it. Undefined, and no promise, where nothing limits it.
 * Fails: as {@link Limits.enter}.
 */
export type Admit = (
  caller: Caller,
  model: ModelConfig,
  request: object,
  requestedModel: string,
) => Promise<Admission | undefined> | undefined;

/** Makes the step that lets requests in: the limits of the caller and of the model, all or none. */
export function createAdmit(config: Pick<Config, "models">, limits: Limits): Admit {
  const models = new Map<ModelConfig, Subject>();
  for (const model of config.models) {
    const subject = toSubject("model", model.name, model.limits);
    if (subject !== undefined) models.set(model, subject);
  }
  return (caller, model, request, requestedModel) => {
    if (caller.limited === undefined && model.limits === undefined) return undefined;
    const ofModel = models.get(model);
    const subjects = ofModel === undefined ? (caller.limited ?? []) : [...(caller.limited ?? []), ofModel];
    return enter(limits, subjects, request, requestedModel);
  };
}

async function enter(
  limits: Limits,
  subjects: readonly Subject[],
  request: object,
  model: string,
): Promise<Admission | undefined> {
  const ticket = await limits.enter({ model, subjects, tokens: () => tokensOf(request) });
  if (ticket === undefined) return undefined;
  const { headers, settle } = ticket;
  return {
    headers,
    settle: (usage) => settle(usage === undefined ? 0 : inputOf(usage) + outputOf(usage)),
  };
}

/**
 * What a request is taken to need before it is answered: its prompt, and as much output as it allows itself, for each
 * choice. Where it does not say, output counts when it is there: most answers are far shorter than what a model may say.
 */
function tokensOf(request: object): number {
  const { promptTokens, outputTokens } = estimateCost(request, undefined, 0);
  return promptTokens + outputTokens;
}
