import type { FieldFate } from "../dialects/audit.ts";
import { GatewayError } from "../errors.ts";
import { parseChat } from "../operations/chat.ts";
import type { Change, ChatRequest } from "../operations/types.ts";
import { fanOut } from "../routing/fan-out.ts";
import type { Case } from "./cell.ts";
import { casesOf } from "./cell.ts";
import type { Column } from "./columns.ts";
import type { Feature, FeatureOf } from "./feature.ts";
import { createFieldCells } from "./fields.ts";
import { readings } from "./read.ts";

/**
 * What comes of a wish: `yes`, carried over; `gateway`, done by the gateway's own work; `changed`, carried over with a
 * change that is told; `none`, nothing to do, for no answer could differ; `dropped`, and told; `refused`, with a 400;
 * `absent`, where the host does not serve the operation.
 */
export type Mark = "yes" | "gateway" | "changed" | "none" | "dropped" | "refused" | "absent";

/** A feature at a model. */
export interface FeatureCell {
  readonly mark: Mark;
  readonly why?: string;
  /** Of a refusal: the parameter it names. */
  readonly param?: string;
  /** What the client is told, as `x-specgate-changes` has it. */
  readonly changes?: readonly string[];
  /** Where other parts of a request decide otherwise. */
  readonly but?: readonly Case[];
}

/**
 * What comes of a feature at a model: the gateway's own tables judge the request that asks for it, and its own translator
 * makes the upstream's body of it.
 */
export function featureCell(feature: Feature, column: Column): FeatureCell {
  if (!column.operations.includes(feature.operation)) return { mark: "absent" };
  const read = readFeature(feature, column);
  if (read instanceof GatewayError) return toRefusal(read);
  const refused = read.find(({ fate }) => fate.kind === "refused");
  if (refused?.fate.kind === "refused") return { mark: "refused", why: refused.fate.why, param: refused.path };
  const opened = openFeature(feature, column);
  if (opened instanceof GatewayError) return toRefusal(opened);
  return { ...toMark(feature, read, opened), ...butOf(feature, column, read) };
}

function toRefusal({ message, param }: GatewayError): FeatureCell {
  return { mark: "refused", why: message, ...(param !== null && { param }) };
}

function toMark(feature: Feature, read: readonly FieldFate[], changes: readonly Change[]): FeatureCell {
  const reported = read.filter(({ fate }) => fate.kind === "reported");
  const told = [
    ...reported.map(({ path }) => `reported:${path}`),
    ...changes.map(({ verb, path }) => `${verb}:${path}`),
  ];
  const own = read.filter(({ key }) => isOf(feature, key));
  const lost = reported.find(({ key }) => isOf(feature, key)) ?? (changes.some(isLoss) ? read[0] : undefined);
  if (lost !== undefined) {
    return { mark: "dropped", ...(lost.fate.kind === "reported" && { why: lost.fate.why }), changes: told };
  }
  if (told.length > 0) return { mark: "changed", changes: told };
  const emulated = own.find(({ fate }) => fate.kind === "emulated");
  if (emulated?.fate.kind === "emulated") return { mark: "gateway", why: emulated.fate.how };
  const [first] = own;
  if (first?.fate.kind === "ignored" && own.every(({ fate }) => fate.kind === "ignored")) {
    return { mark: "none", why: first.fate.why };
  }
  return { mark: "yes" };
}

const isLoss = ({ verb }: Change): boolean => verb === "reported";

/** Whether a line is one of those that a feature hangs on, or lies below one. */
function isOf({ fields }: Feature, key: string | undefined): boolean {
  return fields.some(
    (field) => key === field || (key?.startsWith(field) === true && /^[.[<=]/.test(key.slice(field.length))),
  );
}

/** Other ways of the field that decides, as far as they are worse. */
function butOf(
  { operation, fields }: Feature,
  column: Column,
  read: readonly FieldFate[],
): { readonly but?: readonly Case[] } {
  const decided = read.find(({ key }) => key === fields[0])?.fate.kind;
  const cell = createFieldCells(column, operation)(fields[0]);
  const but =
    cell === undefined || decided === undefined
      ? []
      : casesOf(cell).filter(({ kind }) => kind !== decided && isWorse(kind));
  return but.length > 0 ? { but } : {};
}

const isWorse = (kind: Case["kind"]): boolean => kind === "reported" || kind === "refused";

const parsed = new WeakMap<Feature, ChatRequest>();

/** The request as the gateway would have it; the same for all models. */
function requestOf(feature: FeatureOf<"chat">): ChatRequest {
  const found = parsed.get(feature) ?? parseChat(feature.request, feature.request.model).request;
  parsed.set(feature, found);
  return found;
}

/** The fates of a feature's request, or what refuses it before any table does. */
function readFeature(feature: Feature, { target, facts }: Column): readonly FieldFate[] | GatewayError {
  return orRefusal(() => {
    switch (feature.operation) {
      case "chat":
        return readings.chat(target, requestOf(feature), facts) ?? [];
      case "completions":
        return readings.completions(target, feature.request, facts) ?? [];
      case "embeddings":
        return readings.embeddings(target, feature.request, facts) ?? [];
      default:
        return feature satisfies never;
    }
  });
}

/** What the translator changes of a feature's request, or its refusal. */
function openFeature(feature: Feature, { target, facts }: Column): readonly Change[] | GatewayError {
  return orRefusal(() => {
    const kind = Reflect.get(feature.request, "stream") === true ? "stream" : "unary";
    switch (feature.operation) {
      case "chat": {
        const request = requestOf(feature);
        const [part] = fanOut(request);
        return target.chat?.operation.open(part?.request ?? request, facts, kind).changes ?? [];
      }
      case "completions":
        return target.completions?.operation.open(feature.request, facts, kind).changes ?? [];
      case "embeddings":
        return target.embeddings?.operation.open(feature.request, facts, kind).changes ?? [];
      default:
        return feature satisfies never;
    }
  });
}

function orRefusal<Value>(act: () => Value): Value | GatewayError {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
}
