import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { ReceivedRequest } from "../serve.ts";

/** What the header of a request signed with version 4 says. */
export interface Signature {
  readonly accessKeyId: string;
  /** The day it is good for, as 20261122. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly headers: readonly string[];
  readonly value: string;
}

const algorithm = "AWS4-HMAC-SHA256";
const parts = ["Credential", "Signature", "SignedHeaders"] as const;

/** Reads the header; a list of what is missing in it, or undefined for a header of another kind. */
export function readSignature(header: string): Signature | { readonly missing: readonly string[] } | undefined {
  if (!header.startsWith(`${algorithm} `)) return undefined;
  const entries = header
    .slice(algorithm.length)
    .split(",")
    .map((part): readonly [string, string] => {
      const [name = "", ...value] = part.trim().split("=");
      return [name, value.join("=")];
    });
  const said = new Map(entries);
  const missing = parts.filter((part) => (said.get(part) ?? "") === "");
  const [accessKeyId = "", day = "", region = "", service = "", end = ""] = (said.get("Credential") ?? "").split("/");
  if (missing.length > 0 || end !== "aws4_request") return { missing: missing.length > 0 ? missing : ["Credential"] };
  const headers = (said.get("SignedHeaders") ?? "").split(";");
  return { accessKeyId, day, region, service, headers, value: said.get("Signature") ?? "" };
}

/** When a request says it was signed, as 20261122T093000Z. */
export const signedAt = ({ headers }: ReceivedRequest): string => textOf(headers["x-amz-date"]);

/** Milliseconds since 1970 of such a moment; NaN where it is none. */
export function toTime(moment: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(moment) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** A moment as signatures write it. */
export const toMoment = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");

/** Whether a signature was made of this request with the secret. What has to be signed must be signed. */
export function isSignedWith(secret: string, request: ReceivedRequest, signature: Signature): boolean {
  const { headers } = request;
  const obliged = [
    "host",
    "x-amz-date",
    ...(headers["x-amz-security-token"] === undefined ? [] : ["x-amz-security-token"]),
  ];
  if (obliged.some((name) => !signature.headers.includes(name))) return false;
  const bodyHash = sha256(request.text);
  const told = headers["x-amz-content-sha256"];
  if (told !== undefined && told !== bodyHash) return false;
  const { day, region, service } = signature;
  const scope = [day, region, service, "aws4_request"];
  const toSign = [algorithm, signedAt(request), scope.join("/"), sha256(canonical(request, signature, bodyHash))].join(
    "\n",
  );
  const key = scope.reduce<string | Buffer>((above, part) => hmac(above, part), `AWS4${secret}`);
  const wanted = hmac(key, toSign);
  const given = Buffer.from(signature.value, "hex");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The request in the one form that both sides sign. */
function canonical({ method, path, query, headers }: ReceivedRequest, signed: Signature, bodyHash: string): string {
  const asked = [...query]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join("&");
  const names = signed.headers;
  const lines = names.map((name) => `${name}:${textOf(headers[name]).trim().replaceAll(/\s+/g, " ")}`);
  return [method, twiceEscaped(path), asked, ...lines, "", names.join(";"), bodyHash].join("\n");
}

/** The path is escaped on the wire, and escaped once more to be signed. Only S3 does not do so. */
const twiceEscaped = (path: string): string => path.split("/").map(escaped).join("/");

const escaped = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

const textOf = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? header.join(",") : (header ?? "");
