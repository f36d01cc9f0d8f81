import type { IncomingHttpHeaders } from "node:http";
import type { ConverseRequest, GuardrailAssessment, Trace } from "./types.ts";

/** What a guardrail says in place of an answer where it has no words of its own. */
export const usualBlock = "Sorry, the model cannot answer this question.";

const kinds = ["INSULTS", "HATE", "SEXUAL", "VIOLENCE", "MISCONDUCT", "PROMPT_ATTACK"] as const;

/** What the guardrail of a request found, where the request wants to know; `blocked` is the kind of harm, if any. */
export function traceOf({ guardrailConfig }: ConverseRequest, blocked: string | undefined): Trace | undefined {
  const { guardrailIdentifier: asked = "", trace = "disabled" } = guardrailConfig ?? {};
  if (guardrailConfig === undefined || trace === "disabled") return undefined;
  const id = asked.split("/").at(-1) ?? asked;
  const found = assessmentOf(blocked);
  return {
    guardrail: {
      inputAssessment: { [id]: found },
      ...(blocked === undefined && { outputAssessments: { [id]: [found] } }),
      actionReason: blocked === undefined ? "No action." : "Guardrail blocked.",
    },
  };
}

/** The guardrail that headers of InvokeModel name. */
export interface Guard {
  readonly id: string;
  readonly version: string;
  readonly traced: boolean;
}

/** Reads those headers; undefined where there are none. */
export function guardOf(headers: IncomingHttpHeaders): Guard | undefined {
  const said = (name: string): string => [headers[`x-amzn-bedrock-${name}`] ?? ""].flat().join(",");
  const id = said("guardrailidentifier");
  return id === "" ? undefined : { id, version: said("guardrailversion"), traced: /^ENABLED/.test(said("trace")) };
}

/** What InvokeModel adds to the model's own answer. */
export type Guarded = Readonly<Record<string, unknown>>;

/** The same as {@link traceOf}, in the form of InvokeModel. */
export function guardedBody({ id, traced }: Guard, blocked: string | undefined): Guarded {
  const found = { [id]: assessmentOf(blocked) };
  const guardrail = { input: found, ...(blocked === undefined && { outputs: [found] }) };
  return {
    "amazon-bedrock-guardrailAction": blocked === undefined ? "NONE" : "INTERVENED",
    ...(traced && { "amazon-bedrock-trace": { guardrail } }),
  };
}

function assessmentOf(blocked: string | undefined): GuardrailAssessment {
  const type = kinds.find((kind) => kind === blocked?.toUpperCase()) ?? "MISCONDUCT";
  const filter = { type, confidence: "HIGH", filterStrength: "HIGH", action: "BLOCKED", detected: true } as const;
  return {
    ...(blocked !== undefined && { contentPolicy: { filters: [filter] } }),
    invocationMetrics: {
      guardrailProcessingLatency: 120,
      usage: {
        topicPolicyUnits: 1,
        contentPolicyUnits: 1,
        wordPolicyUnits: 1,
        sensitiveInformationPolicyUnits: 1,
        sensitiveInformationPolicyFreeUnits: 0,
        contextualGroundingPolicyUnits: 0,
      },
      guardrailCoverage: { textCharacters: { guarded: 0, total: 0 } },
    },
  };
}
