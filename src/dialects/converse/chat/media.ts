import { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";
import { parseDataUrl, toStandardBase64 } from "../../data-url.ts";
import type { ContentBlock } from "../types.ts";
import { formatOf, type MediaFormat, typeOfBytes, typeOfName } from "./media-types.ts";

type UserPart = Exclude<Extract<ChatMessage, { role: "user" }>["content"], string>[number];
type FilePart = Extract<UserPart, { type: "file" }>["file"];

/** Makes a name that Bedrock takes, each of them once in a request. */
export type NameDocument = (filename: string | null | undefined) => string;

/** Letters, digits, dashes, brackets and single spaces; the ending of a file's name is its format. */
export function createDocumentNames(): NameDocument {
  const taken = new Set<string>();
  return (filename) => {
    const stem = (filename ?? "").replace(/\.\w{1,5}$/, "");
    const sound = stem
      .replace(/[^A-Za-z0-9\s()[\]-]/g, "-")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 180);
    const name = /[A-Za-z0-9]/.test(sound) ? sound : "Document";
    let sent = name;
    for (let i = 2; taken.has(sent); i++) sent = `${name} (${i})`;
    taken.add(sent);
    return sent;
  };
}

/** What a source of media is: bytes in base64, or an object in S3. */
type Source = { readonly bytes: string } | { readonly s3Location: { readonly uri: string } };

/**
 * What a user or a tool says or shows, as a block; undefined for a text of white space, which Bedrock refuses. Bedrock
 * fetches nothing from the web: media are bytes, or objects in S3.
 *
 * Fails: `invalid_image_url` on an address that is neither a data URL nor one of S3, `invalid_image_format` on pictures
 * no model reads, `invalid_base64`, `invalid_value` on files of unknown types.
 */
export function toMediaBlock(part: UserPart, param: string, name: NameDocument): ContentBlock | undefined {
  switch (part.type) {
    case "text":
      return part.text.trim() === "" ? undefined : { text: part.text };
    case "image_url":
      return toLinked(part.image_url.url, `${param}.image_url.url`, name, undefined);
    case "video_url":
      return toLinked(part.video_url.url, `${param}.video_url.url`, name, undefined);
    case "input_audio":
      return toHeard(part.input_audio, `${param}.input_audio.data`);
    case "file":
      return toFile(part.file, `${param}.file`, name);
    default:
      return part satisfies never;
  }
}

type Heard = Extract<UserPart, { type: "input_audio" }>["input_audio"];

function toHeard({ data, format }: Heard, param: string): ContentBlock {
  const bytes = toStandardBase64(data.replace(/^data:[^,]*,/i, ""), param);
  // The fate table has refused every other word.
  return { audio: { format: format === "mp3" ? "mp3" : "wav", source: { bytes } } };
}

function toFile({ file_data: data, file_id: id, filename }: FilePart, param: string, name: NameDocument): ContentBlock {
  if (data != null && data !== "") {
    const place = `${param}.file_data`;
    if (/^data:/i.test(data)) return toLinked(data, place, name, filename);
    const bytes = toStandardBase64(data, place);
    const type = typeOfBytes(bytes) ?? typeOfName(filename ?? "");
    if (type !== undefined) return toBlock(type, { bytes }, place, name, filename);
    const message = `The type of '${place}' cannot be told. Send a data URL.`;
    throw new GatewayError("invalid_value", message, { param: place });
  }
  const place = `${param}.file_id`;
  if (id != null && /^s3:\/\//i.test(id)) return toLinked(id, place, name, filename);
  const message = `'${place}' is not known here: files are not stored. Send 'file_data' instead.`;
  throw new GatewayError("invalid_value", message, { param: place });
}

function toLinked(url: string, param: string, name: NameDocument, filename: string | null | undefined): ContentBlock {
  if (/^data:/i.test(url)) return fromDataUrl(url, param, name, filename);
  if (/^s3:\/\//i.test(url)) {
    const type = typeOfName(url) ?? typeOfName(filename ?? "");
    if (type !== undefined) return toBlock(type, { s3Location: { uri: url } }, param, name, filename ?? lastOf(url));
    const message = `The type of '${param}' cannot be told: the name of the object needs an ending.`;
    throw new GatewayError("invalid_value", message, { param });
  }
  if (!/^https?:\/\//i.test(url)) throw invalidUrl(param);
  const message = `'${param}' is a web address, which Bedrock does not fetch. Send a data URL, or an s3:// address.`;
  throw new GatewayError("invalid_image_url", message, { param });
}

const lastOf = (url: string): string | undefined => url.split("/").at(-1);

function fromDataUrl(
  url: string,
  param: string,
  name: NameDocument,
  filename: string | null | undefined,
): ContentBlock {
  const { type, base64: bytes } = parseDataUrl(url, param, invalidUrl);
  const told = type ?? typeOfName(filename ?? "") ?? "text/plain";
  return toBlock(typeOfBytes(bytes) ?? told, { bytes }, param, name, filename);
}

function toBlock(
  type: string,
  source: Source,
  param: string,
  name: NameDocument,
  filename: string | null | undefined,
): ContentBlock {
  const known = formatOf(type);
  if (known === undefined) throw unreadable(type, param);
  if ("bytes" in source && source.bytes === "") {
    throw new GatewayError("invalid_value", `'${param}' holds nothing.`, { param });
  }
  return toKind(known, source, name, filename);
}

function toKind(
  known: MediaFormat,
  source: Source,
  name: NameDocument,
  filename: string | null | undefined,
): ContentBlock {
  switch (known.kind) {
    case "image":
      return { image: { format: known.format, source } };
    case "document":
      return { document: { format: known.format, name: name(filename), source } };
    case "video":
      return { video: { format: known.format, source } };
    case "audio":
      return { audio: { format: known.format, source } };
    default:
      return known satisfies never;
  }
}

/** Bedrock's own refusal would not say which one it means. */
function unreadable(type: string, param: string): GatewayError {
  const isPicture = type.startsWith("image/");
  const supported = isPicture
    ? "Supported types are: 'image/png', 'image/jpeg', 'image/gif', 'image/webp'."
    : "Send a picture, a PDF, a document of Word or Excel, or text.";
  const message = `'${param}' is of type '${type}', which this model cannot read. ${supported}`;
  return new GatewayError(isPicture ? "invalid_image_format" : "invalid_value", message, { param });
}

function invalidUrl(param: string): GatewayError {
  const message = `Invalid '${param}'. Expected a data URL or an s3:// address.`;
  return new GatewayError("invalid_image_url", message, { param });
}
