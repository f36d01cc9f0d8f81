import { refTo, type Schema } from "../schema.ts";
import type { Outline } from "./description.ts";
import { type Document, toSchema } from "./dialects.ts";
import { isRaw, type Raw, rawOf } from "./json.ts";
import type { Operation, PartName } from "./operation.ts";

/** Reads a Google Discovery document: schemas by bare name, methods in a tree of resources. */
export function readDiscovery(name: string, raw: Raw): Outline {
  const document: Document = { raw, section: "schemas" };
  return { name, format: "discovery", document, operations: methodsIn(raw, document), rootNames: [] };
}

function methodsIn(resource: Raw, document: Document): readonly Operation[] {
  const methods = Object.values(rawOf(resource["methods"])).filter(isRaw);
  const resources = Object.values(rawOf(resource["resources"])).filter(isRaw);
  return [
    ...methods.map((method) => toOperation(method, document)),
    ...resources.flatMap((one) => methodsIn(one, document)),
  ];
}

function toOperation(raw: Raw, document: Document): Operation {
  const path = String(raw["flatPath"] ?? raw["path"]);
  const parts = new Map<PartName, Schema>();
  const add = (part: PartName, body: unknown): void => {
    const ref = rawOf(body)["$ref"];
    if (typeof ref === "string") parts.set(part, refTo(ref));
  };
  add("request", raw["request"]);
  add("response", raw["response"]);
  const query = Object.entries(rawOf(raw["parameters"])).filter(([, one]) => rawOf(one)["location"] === "query");
  if (query.length > 0) {
    parts.set("query", toSchema({ type: "object", properties: Object.fromEntries(query) }, document, ""));
  }
  return { id: String(raw["id"]), method: String(raw["httpMethod"]).toLowerCase(), path: `/${path}`, parts };
}
