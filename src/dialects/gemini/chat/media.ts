import { GatewayError } from "../../../errors.ts";
import { parseDataUrl, toStandardBase64 } from "../../data-url.ts";
import type { ModelFacts } from "../models.ts";
import type { Part } from "../types.ts";
import type { Draft } from "./context.ts";
import { audioTypes, imageTypes, typeOfBytes, typeOfName } from "./media-types.ts";

/** What a client says of media beside its address. */
export interface MediaHints {
  /** A media type, or its second half; where the client says it. */
  readonly type?: string | null | undefined;
  /** What it most likely is where nothing tells: a web address needs no ending. */
  readonly otherwise?: string | undefined;
  /** A picture must be of a kind that Gemini reads. */
  readonly picture?: boolean;
}

/**
 * An image, a video or a file by its address: inline when it is a data URL, by reference otherwise.
 *
 * Fails: `invalid_image_url` on what is no address the host can fetch, `invalid_image_format` on pictures no model
 * reads, `invalid_base64`; more web addresses than Vertex AI fetches for one request.
 *
 * @see reference: openai-chat-to-gemini §3.1
 */
export function toMediaPart(url: string, param: string, draft: Draft, hints: MediaHints = {}): Part {
  if (/^data:/i.test(url)) return toInlinePart(url, param, hints);
  if (!/^(?:gs|https?):\/\//i.test(url)) throw invalidUrl(param);
  checkFetched(url, param, draft);
  const video = youTube.test(url) ? "video/mp4" : undefined;
  const mimeType = typeOfHint(hints) ?? typeOfName(url) ?? video ?? (isWeb(url) ? hints.otherwise : undefined);
  if (mimeType === undefined) {
    const message = `The type of '${param}' cannot be told from its name. Use an extension or a data URL.`;
    throw new GatewayError("invalid_image_url", message, { param });
  }
  checkPicture(mimeType, param, hints);
  return { fileData: { mimeType, fileUri: url } };
}

const youTube = /^https?:\/\/(?:(?:www|m)\.)?(?:youtube\.com|youtu\.be)\//i;
const ownFiles = /^https:\/\/generativelanguage\.googleapis\.com\//i;
const isWeb = (url: string): boolean => /^https?:/i.test(url);

/** Vertex AI fetches so many for one request. */
const maxLinks = 10;

/** Whether the host gets a web address by itself. */
export function fetchesLink(url: string, { fetches }: Pick<ModelFacts, "fetches">): boolean {
  return fetches !== "own-files" || youTube.test(url) || ownFiles.test(url);
}

/** Whether the host gets the address: buckets on Vertex AI alone, web pages not for the oldest of the Developer API. */
function checkFetched(url: string, param: string, draft: Draft): void {
  const { fetches } = draft.model;
  if (!isWeb(url)) {
    if (fetches === "gs-and-web") return;
    throw new GatewayError("invalid_image_url", `'${param}' is in a bucket, which this host does not read.`, { param });
  }
  if (!fetchesLink(url, draft.model)) {
    const message = `'${param}' is a web address, which this model does not fetch. Send a data URL.`;
    throw new GatewayError("invalid_image_url", message, { param });
  }
  draft.links.push(param);
  if (fetches === "gs-and-web" && draft.links.length > maxLinks) {
    const message = `'${param}' is one web address too many: this host fetches ${maxLinks} for one request. Send data URLs.`;
    throw new GatewayError("invalid_image_url", message, { param });
  }
}

/** `image/png` and `png` are the same hint. */
function typeOfHint({ type }: MediaHints): string | undefined {
  if (type == null || type === "") return undefined;
  return type.includes("/") ? type.toLowerCase() : typeOfName(`.${type}`);
}

/**
 * An audio clip. The format is a word of OpenAI's list or a common neighbour of it; where the first bytes say something
 * else they are believed, for clients put one word before whatever they have.
 */
export function toAudioPart(data: string, format: string, param: string): Part {
  const said = audioTypes[format];
  if (said === undefined) {
    const words = Object.keys(audioTypes).map((word) => `'${word}'`);
    const message = `Invalid value: '${format}'. Supported values are: ${words.join(", ")}.`;
    throw new GatewayError("invalid_value", message, { param: `${param}.format` });
  }
  const payload = /^data:[^,]*,/i.exec(data)?.[0] ?? "";
  const base64 = toStandardBase64(data.slice(payload.length), `${param}.data`);
  const found = format === "pcm16" ? undefined : typeOfBytes(base64);
  return { inlineData: { mimeType: found?.startsWith("audio/") ? found : said, data: base64 } };
}

/** A document: a data URL, bare base64 whose type its first bytes or its name tell, or a reference. */
export function toFilePart(
  file: { readonly file_data?: string | null; readonly file_id?: string | null; readonly filename?: string | null },
  param: string,
  draft: Draft,
): Part {
  const { file_data: data, file_id: id, filename } = file;
  if (data != null && data !== "") {
    if (/^data:/i.test(data)) {
      return toInlinePart(data, `${param}.file_data`, { otherwise: typeOfName(filename ?? ""), picture: true });
    }
    const base64 = toStandardBase64(data, `${param}.file_data`);
    const mimeType = typeOfBytes(base64) ?? typeOfName(filename ?? "");
    if (mimeType === undefined) {
      const message = `The type of '${param}.file_data' cannot be told. Send a data URL.`;
      throw new GatewayError("invalid_value", message, { param: `${param}.file_data` });
    }
    checkPicture(mimeType, `${param}.file_data`, { picture: true });
    return { inlineData: { mimeType, data: base64 } };
  }
  if (id != null && /^(?:gs|https?):\/\//i.test(id)) {
    const type = typeOfName(filename ?? "") ?? undefined;
    return toMediaPart(id, `${param}.file_id`, draft, { type, otherwise: "application/pdf", picture: true });
  }
  const message = `'${param}.file_id' is not known here: files are not stored. Send 'file_data' instead.`;
  throw new GatewayError("invalid_value", message, { param: `${param}.file_id` });
}

function toInlinePart(url: string, param: string, hints: MediaHints): Part {
  const { type, base64: data } = parseDataUrl(url, param, invalidUrl);
  const mimeType = type ?? typeOfHint(hints) ?? typeOfBytes(data) ?? hints.otherwise ?? "text/plain";
  const known = mimeType === "image/jpg" ? "image/jpeg" : mimeType;
  checkPicture(known, param, hints);
  return { inlineData: { mimeType: known, data } };
}

/** No model reads other pictures, and Google's refusal would not say which one it means. */
function checkPicture(mimeType: string, param: string, { picture }: MediaHints): void {
  if (picture !== true || !mimeType.startsWith("image/") || imageTypes.has(mimeType)) return;
  const words = [...imageTypes].map((type) => `'${type}'`).join(", ");
  const message = `'${param}' is of type '${mimeType}', which this model cannot read. Supported types are: ${words}.`;
  throw new GatewayError("invalid_image_format", message, { param });
}

function invalidUrl(param: string): GatewayError {
  const message = `Invalid '${param}'. Expected a data URL, an https:// address or a gs:// address.`;
  return new GatewayError("invalid_image_url", message, { param });
}
