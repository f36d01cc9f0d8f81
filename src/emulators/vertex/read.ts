import type { ValidationError, Validator } from "../../../generated/validators/validator.ts";
import { isObject, type JsonObject } from "../json.ts";
import { fieldPath, type Place, placeOf } from "./place.ts";
import { badRequest, invalidArgument, type Refusal, type Violation } from "./refusals.ts";
import type { Surface } from "./surface.ts";
import type { GenerateContentRequest } from "./types.ts";

/** A request, or why Google's JSON parser would not take it. */
export type Read<Request = GenerateContentRequest> = { readonly request: Request } | { readonly refusal: Refusal };

/** What the parser goes by. */
export interface Grammar<Request> {
  readonly validate: Validator<Request>;
  /** Where the messages are from, as texts name their types. */
  readonly types: string;
  /** What is said where a member is missing. */
  readonly missing: (error: ValidationError, place: Place) => Refusal;
}

/** Reads the body of generateContent. */
export function readRequest(body: unknown, surface: Surface): Read {
  const { validate, types } = surface;
  return readAs(body, { validate, types, missing: (error, place) => missing(error, place, surface) });
}

/** No body needs so many corrections; more would mean that one of them does not help. */
const maxSteps = 20_000;

/**
 * Reads a body as Google's protobuf JSON parser does.
 *
 * The parser takes some liberties: snake_case names, numbers as texts and the other way round, null for "not set",
 * single values for lists of one, and lower-case words where SDKs send them. Each failed check either is such a liberty,
 * then the value is put right, or it is a violation, then the member is taken out; both times the check goes on, so
 * that one answer names every violation, as Google's does.
 *
 * Shape: the body is corrected in place.
 */
export function readAs<Request>(body: unknown, { validate, types, missing }: Grammar<Request>): Read<Request> {
  if (!isObject(body)) return { refusal: badRequest([noObject]) };
  const violations: Violation[] = [];
  for (let step = 0; step < maxSteps && !validate(body); step++) {
    const error = validate.errors?.find(({ keyword }) => keyword !== "if");
    const place = error && placeOf(body, error);
    if (error === undefined || place === undefined) break;
    if (error.keyword === "required" || error.keyword === "minItems") {
      return { refusal: violations.length > 0 ? badRequest(violations) : missing(error, place) };
    }
    if (!correct(error, place)) violations.push(takeOut(error, place, types));
  }
  if (violations.length > 0) return { refusal: badRequest(violations) };
  return validate(body) ? { request: body } : { refusal: badRequest([noObject]) };
}

const noObject: Violation = {
  field: "",
  description: "Invalid JSON payload received. Root element must be a message.",
};

/** Proto fields are never required by the parser; the rules behind it miss them. */
function missing(error: ValidationError, place: Place, { texts }: Surface): Refusal {
  const name = String(error.params["missingProperty"]);
  if (place.path.length === 0 && name === "contents") return invalidArgument(texts.noContents());
  if (error.keyword === "minItems") return invalidArgument(texts.noContents());
  const field = fieldPath(place.root, [...place.path, name]);
  if (field.endsWith(".function_response.name") || field.endsWith(".function_call.name")) {
    const part = field.replace(/\.function_\w+\.name$/, "");
    return invalidArgument(field.includes("response") ? texts.responseNoName(part) : texts.callNoName(part));
  }
  return badRequest([{ field, description: `* GenerateContentRequest.${field}: required field is missing.` }]);
}

/** Takes a liberty of the parser; false when it is none. */
function correct(error: ValidationError, place: Place): boolean {
  const { parent, key, value } = place;
  if (error.keyword === "additionalProperties") return renameToCamel(parent, key);
  if (value === null && isObject(parent)) return delete parent[key];
  const corrected = correctedValue(error, key, value);
  if (corrected === undefined) return false;
  setMember(parent, key, corrected);
  return true;
}

function renameToCamel(parent: Place["parent"], key: string): boolean {
  const camel = key.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  if (!isObject(parent) || camel === key || camel in parent) return false;
  parent[camel] = parent[key];
  delete parent[key];
  return true;
}

const lowerCaseWords = new Set(["type", "thinkingLevel"]);

function correctedValue(error: ValidationError, key: string, value: unknown): unknown {
  const wanted = error.keyword === "type" ? error.params["type"] : undefined;
  if (wanted === "array" && value !== null) return [value];
  if (wanted === "string" && Number.isInteger(value) && /^(min|max)[A-Z]/.test(key)) return String(value);
  if ((wanted === "number" || wanted === "integer") && typeof value === "string" && value.trim() !== "") {
    const number = Number(value);
    return Number.isFinite(number) && (wanted === "number" || Number.isInteger(number)) ? number : undefined;
  }
  if (error.keyword !== "enum" || typeof value !== "string" || !lowerCaseWords.has(key)) return undefined;
  const allowed = error.params["allowedValues"];
  const upper = value.toUpperCase();
  return Array.isArray(allowed) && allowed.includes(upper) ? upper : undefined;
}

function setMember(parent: Place["parent"], key: string, value: unknown): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else if (parent !== undefined) parent[key] = value;
}

function takeOut(error: ValidationError, place: Place, types: string): Violation {
  const violation = violationOf(error, place, types);
  const { parent, key } = place;
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (parent !== undefined) delete parent[key];
  return violation;
}

function violationOf(error: ValidationError, { root, path, key, value }: Place, types: string): Violation {
  const field = fieldPath(root, path);
  if (error.keyword === "additionalProperties") return unknownName(root, path.slice(0, -1), key);
  if (Array.isArray(value)) {
    const where = fieldPath(root, path.slice(0, -1));
    const text = `Unknown name "${key}"${at(where)}: Proto field is not repeating, cannot start list.`;
    return { field: where, description: `Invalid JSON payload received. ${text}` };
  }
  if (isObject(value)) {
    return {
      field,
      description: `Invalid value${at(field)} (${typeName(error, key, types)}), Starting an object on a scalar field`,
    };
  }
  return { field, description: `Invalid value${at(field)} (${typeName(error, key, types)}), ${JSON.stringify(value)}` };
}

/** A member the message does not have. */
export function unknownName(root: JsonObject, parent: Place["path"], name: string): Violation {
  const field = fieldPath(root, parent);
  return {
    field,
    description: `Invalid JSON payload received. Unknown name "${name}"${at(field)}: Cannot find field.`,
  };
}

const at = (field: string): string => (field === "" ? "" : ` at '${field}'`);

const scalarTypes: Readonly<Record<string, string>> = {
  number: "TYPE_FLOAT",
  integer: "TYPE_INT32",
  boolean: "TYPE_BOOL",
  string: "TYPE_STRING",
};

const enumTypes: Readonly<Record<string, string>> = {
  category: "HarmCategory",
  threshold: "SafetySetting.HarmBlockThreshold",
  method: "SafetySetting.HarmBlockMethod",
  mode: "FunctionCallingConfig.Mode",
  thinkingLevel: "GenerationConfig.ThinkingConfig.ThinkingLevel",
  responseModalities: "GenerationConfig.Modality",
  mediaResolution: "GenerationConfig.MediaResolution",
};

function typeName(error: ValidationError, key: string, types: string): string {
  const scalar = error.keyword === "type" ? scalarTypes[String(error.params["type"])] : undefined;
  const message = enumTypes[key] ?? `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  return scalar ?? `type.googleapis.com/${types}.${message}`;
}
