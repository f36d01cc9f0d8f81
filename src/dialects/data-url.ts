import { GatewayError } from "../errors.ts";

/** What a data URL holds. */
export interface DataUrl {
  /** In lower case. Undefined where nothing is said, or `octet-stream`: programs say it that do not know. */
  readonly type: string | undefined;
  readonly base64: string;
}

/**
 * Takes a data URL apart.
 * Fails: throws `invalid_base64`, and what `invalidUrl` makes of one that is none.
 */
export function parseDataUrl(url: string, param: string, invalidUrl: (param: string) => GatewayError): DataUrl {
  const comma = url.indexOf(",");
  if (comma < 0) throw invalidUrl(param);
  const words = url.slice("data:".length, comma).split(";");
  const [said = "", ...attributes] = words.map((word) => word.trim().toLowerCase());
  const payload = url.slice(comma + 1);
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw invalidUrl(param);
    }
  };
  const base64 = attributes.includes("base64")
    ? toStandardBase64(payload.includes("%") ? decode(payload) : payload, param)
    : Buffer.from(decode(payload)).toString("base64");
  return { type: said === "" || said === "application/octet-stream" ? undefined : said, base64 };
}

/**
 * Base64 in the padded standard alphabet, whitespace removed.
 * Fails: throws `invalid_base64`.
 */
export function toStandardBase64(data: string, param: string): string {
  // The common case is long and right already: one test, no copy.
  if (data !== "" && data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data)) return data;
  const clean = data.replace(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  if (clean === "" || !/^[A-Za-z0-9+/]*$/.test(clean) || clean.length % 4 === 1) {
    throw new GatewayError("invalid_base64", `'${param}' is not valid base64.`, { param });
  }
  return clean.padEnd(Math.ceil(clean.length / 4) * 4, "=");
}
