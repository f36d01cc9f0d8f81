import type { Schema } from "../schema.ts";
import type { Outline } from "./description.ts";
import { type Document, toSchema } from "./dialects.ts";
import { isRaw, listOf, type Raw, rawOf } from "./json.ts";
import type { Operation, PartName } from "./operation.ts";
import { type Protos, protosIn, schemaNamed, schemaOf } from "./proto-schema.ts";

/**
 * Reads protos that protobufjs wrote as JSON: one description for each namespace with services, such as
 * `google.cloud.aiplatform.v1`. A method is an operation where its HTTP rule gives it a path.
 */
export function readProtos(name: string, raw: Raw): readonly Outline[] {
  const protos = protosIn(raw, "");
  return namespacesIn(raw, "").map(([path, namespace]) => {
    const own = [...protos.keys()].map((full) => [full, schemaOf(full, protos)] as const);
    const document: Document = { raw: { definitions: Object.fromEntries(own) }, section: "definitions" };
    const services = Object.values(rawOf(namespace["nested"])).filter(isRaw);
    const operations = services.flatMap(({ methods }) =>
      Object.entries(rawOf(methods)).flatMap(([id, method]) => operationsOf(id, rawOf(method), path, protos, document)),
    );
    return { name, format: "protos", document, operations, rootNames: [] };
  });
}

/** The namespaces that hold services, with their paths. */
function namespacesIn(namespace: Raw, path: string): readonly (readonly [string, Raw])[] {
  const nested = Object.entries(rawOf(namespace["nested"]));
  const holds = nested.some(([, value]) => rawOf(value)["methods"] !== undefined);
  const below = nested.flatMap(([name, value]) => namespacesIn(rawOf(value), path === "" ? name : `${path}.${name}`));
  return holds ? [[path, namespace], ...below] : below;
}

/** One operation per path: a rule may have additional ones. */
function operationsOf(id: string, method: Raw, path: string, protos: Protos, document: Document): readonly Operation[] {
  const options = listOf(method["parsedOptions"]).map((one) => rawOf(one)["(google.api.http)"]);
  const [rule] = options.filter(isRaw);
  if (rule === undefined) return [];
  const more = rule["additional_bindings"];
  const rules = [rule, ...(Array.isArray(more) ? more : [more]).filter(isRaw)];
  return rules.flatMap((one) => {
    const found = Object.entries(one).find(([key]) => ["get", "put", "post", "delete", "patch"].includes(key));
    if (found === undefined) return [];
    const [verb, template] = found;
    const parts = partsOf(method, one["body"] === "*" ? boundIn(String(template)) : undefined, path, protos, document);
    return [{ id, method: verb, path: pathOf(String(template)), parts }];
  });
}

function partsOf(
  method: Raw,
  bound: readonly string[] | undefined,
  scope: string,
  protos: Protos,
  document: Document,
): ReadonlyMap<PartName, Schema> {
  const parts = new Map<PartName, Schema>();
  if (bound !== undefined) {
    const body = schemaOf(`${scope}.${String(method["requestType"])}`, protos, bound);
    parts.set("request", toSchema(body, document, ""));
  }
  const answer = toSchema(schemaNamed(String(method["responseType"]), scope, protos), document, "");
  parts.set("response", answer);
  if (method["responseStream"] === true) parts.set("stream", answer);
  return parts;
}

/** `/v1/{name=projects/*\/models/*}:run` → `/v1/projects/{}/models/{}:run`. */
function pathOf(template: string): string {
  return template.replaceAll(/\{(\w+)(?:=([^}]*))?\}/g, (_all, _name, inner) =>
    String(inner ?? "*").replaceAll(/\*+/g, "{}"),
  );
}

/** Members that the path carries are not in the body. They are in snake case there. */
function boundIn(template: string): readonly string[] {
  const names = [...template.matchAll(/\{(\w+)/g)].map(([, name = ""]) => name);
  return names.map((name) => name.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()));
}
