import { isRaw, type Raw, rawOf } from "./json.ts";

/** Messages and enums of protos by full name: `google.cloud.aiplatform.v1.Content`. */
export type Protos = ReadonlyMap<string, Raw>;

/** Collects every message and enum below a namespace, as protobufjs writes them in JSON. */
export function protosIn(namespace: Raw, path: string): Protos {
  const found = new Map<string, Raw>();
  for (const [name, value] of Object.entries(rawOf(namespace["nested"]))) {
    const full = path === "" ? name : `${path}.${name}`;
    if (!isRaw(value)) continue;
    if (value["fields"] !== undefined || value["values"] !== undefined) found.set(full, value);
    for (const [key, inner] of protosIn(value, full)) found.set(key, inner);
  }
  return found;
}

const scalars: Readonly<Record<string, Raw>> = {
  ...Object.fromEntries(["double", "float"].map((name) => [name, { type: "number" }])),
  ...Object.fromEntries(
    ["int32", "uint32", "sint32", "fixed32", "sfixed32"].map((name) => [name, { type: "integer" }]),
  ),
  // JSON has no whole numbers of 64 bits.
  ...Object.fromEntries(["int64", "uint64", "sint64", "fixed64", "sfixed64"].map((name) => [name, { type: "string" }])),
  bool: { type: "boolean" },
  string: { type: "string" },
  bytes: { type: "string" },
};

/** Types that have a JSON form of their own. https://protobuf.dev/programming-guides/json/ */
const wellKnown: Readonly<Record<string, Raw>> = {
  "google.protobuf.Struct": { type: "object", additionalProperties: true },
  "google.protobuf.Any": { type: "object", additionalProperties: true },
  "google.protobuf.Value": {},
  "google.protobuf.NullValue": { type: ["string", "null"], enum: ["NULL_VALUE", null] },
  "google.protobuf.ListValue": { type: "array", items: {} },
  "google.protobuf.Timestamp": { type: "string" },
  "google.protobuf.Duration": { type: "string" },
  "google.protobuf.FieldMask": { type: "string" },
  "google.protobuf.BoolValue": { type: "boolean" },
  "google.protobuf.DoubleValue": { type: "number" },
  "google.protobuf.FloatValue": { type: "number" },
  "google.protobuf.Int32Value": { type: "integer" },
  "google.protobuf.UInt32Value": { type: "integer" },
  "google.protobuf.Int64Value": { type: "string" },
  "google.protobuf.UInt64Value": { type: "string" },
  "google.protobuf.StringValue": { type: "string" },
  "google.protobuf.BytesValue": { type: "string" },
  "google.api.HttpBody": {}, // any body
};

/** What a type is called where it is used: names lead outwards from the message they stand in. */
export function schemaNamed(name: string, scope: string, protos: Protos): Raw {
  const scalar = scalars[name];
  if (scalar !== undefined) return scalar;
  const parts = scope.split(".");
  const candidates = [...parts.keys(), parts.length]
    .reverse()
    .map((length) => [...parts.slice(0, length), name].join("."));
  const full = candidates.find((one) => protos.has(one) || wellKnown[one] !== undefined) ?? name;
  return wellKnown[full] ?? { $ref: `#/definitions/${encodeURIComponent(full)}` };
}

/** JSON Schema of a message or enum. Members in `without` are left out. */
export function schemaOf(full: string, protos: Protos, without: readonly string[] = []): Raw {
  const proto = protos.get(full) ?? {};
  const values = proto["values"];
  if (values !== undefined) return { type: "string", enum: Object.keys(rawOf(values)) };
  const fields = Object.entries(rawOf(proto["fields"])).filter(([name]) => !without.includes(name));
  const properties = fields.map(([name, field]) => [name, fieldSchema(rawOf(field), full, protos)] as const);
  const required = fields.filter(([, field]) => isRequired(rawOf(field))).map(([name]) => name);
  return { type: "object", properties: Object.fromEntries(properties), required };
}

function fieldSchema(field: Raw, scope: string, protos: Protos): Raw {
  const schema = schemaNamed(String(field["type"]), scope, protos);
  if (field["keyType"] !== undefined) return { type: "object", additionalProperties: schema };
  return field["rule"] === "repeated" ? { type: "array", items: schema } : schema;
}

function isRequired(field: Raw): boolean {
  return rawOf(field["options"])["(google.api.field_behavior)"] === "REQUIRED";
}
