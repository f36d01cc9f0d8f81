import { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";
import { parseDataUrl, toStandardBase64 } from "../../data-url.ts";
import type { DocumentBlock, ImageBlock, TextBlock } from "../types.ts";
import type { Draft } from "./draft.ts";
import { isText, knownImages, toImageType, typeOfBytes, typeOfName } from "./media-types.ts";

type UserPart = Exclude<Extract<ChatMessage, { role: "user" }>["content"], string>[number];
type FilePart = Extract<UserPart, { type: "file" }>["file"];
export type MediaBlock = TextBlock | ImageBlock | DocumentBlock;

const pdf = "application/pdf";
/** The feature that knows files which were uploaded to Anthropic. */
const filesBeta = "files-api-2025-04-14";

/**
 * What a user or a tool says or shows, as a block; undefined for a text of white space, which Claude refuses.
 *
 * Fails: `invalid_image_url` on what is no address the host can fetch, `invalid_image_format` on pictures no model
 * reads, `invalid_base64`, `invalid_value` on files that are neither pictures nor documents nor text.
 *
 * @see reference: openai-chat-to-anthropic §3.1
 */
export function toMediaBlock(part: UserPart, param: string, draft: Draft): MediaBlock | undefined {
  switch (part.type) {
    case "text":
      return part.text.trim() === "" ? undefined : { type: "text", text: part.text };
    case "image_url":
      return toLinked(part.image_url.url, `${param}.image_url.url`, draft, undefined);
    case "file":
      return toFile(part.file, `${param}.file`, draft);
    default:
      // The fate table has refused what can be heard or watched.
      throw new GatewayError("unsupported_value", `Claude takes no '${part.type}'.`, { param });
  }
}

function toFile({ file_data: data, file_id: id, filename }: FilePart, param: string, draft: Draft): MediaBlock {
  if (data != null && data !== "") {
    const place = `${param}.file_data`;
    if (/^data:/i.test(data)) return toLinked(data, place, draft, filename);
    const base64 = toStandardBase64(data, place);
    const type = typeOfBytes(base64) ?? typeOfName(filename ?? "");
    if (type !== undefined) return toInline(base64, type, place, filename);
    throw new GatewayError("invalid_value", `The type of '${place}' cannot be told. Send a data URL.`, {
      param: place,
    });
  }
  const place = `${param}.file_id`;
  if (id != null && /^https?:\/\//i.test(id)) return toLinked(id, place, draft, filename, pdf);
  if (id != null && draft.host.files && /^file_\w+$/.test(id)) {
    draft.betas.add(filesBeta);
    const source = { type: "file", file_id: id } as const;
    const isImage = typeOfName(filename ?? "")?.startsWith("image/") === true;
    return isImage ? { type: "image", source } : { type: "document", source, ...titled(filename) };
  }
  const message = `'${place}' is not known here: files are not stored. Send 'file_data' instead.`;
  throw new GatewayError("invalid_value", message, { param: place });
}

/** A picture or a file by its address: inline when it is a data URL, by reference where the host fetches it. */
function toLinked(
  url: string,
  param: string,
  draft: Draft,
  filename: string | null | undefined,
  usual?: string,
): MediaBlock {
  if (/^data:/i.test(url)) return fromDataUrl(url, param, filename);
  if (!/^https?:\/\//i.test(url)) throw invalidUrl(param);
  if (!draft.host.fetches) {
    const message = `'${param}' is a web address, which this host does not fetch. Send a data URL.`;
    throw new GatewayError("invalid_image_url", message, { param });
  }
  if (!/^https:/i.test(url)) {
    throw new GatewayError("invalid_image_url", `'${param}' must begin with https://.`, { param });
  }
  const type = typeOfName(url) ?? typeOfName(filename ?? "") ?? usual;
  const source = { type: "url", url } as const;
  if (type === pdf) return { type: "document", source, ...titled(filename) };
  // An address without an ending is most often a picture; Claude looks at what it gets.
  if (type === undefined || toImageType(type) !== undefined) return { type: "image", source };
  throw unreadable(type, param);
}

function fromDataUrl(url: string, param: string, filename: string | null | undefined): MediaBlock {
  const { type = typeOfName(filename ?? "") ?? "text/plain", base64 } = parseDataUrl(url, param, invalidUrl);
  return toInline(base64, type, param, filename);
}

/** Bytes as the block that holds them. Where the first ones say what they are they are believed: a wrong type is refused. */
function toInline(data: string, said: string, param: string, filename: string | null | undefined): MediaBlock {
  const type = typeOfBytes(data) ?? said;
  const image = toImageType(type);
  if (image !== undefined) return { type: "image", source: { type: "base64", media_type: image, data } };
  if (type === pdf) {
    return { type: "document", source: { type: "base64", media_type: pdf, data }, ...titled(filename) };
  }
  if (!isText(type)) throw unreadable(type, param);
  const text = Buffer.from(data, "base64").toString("utf8");
  if (text.trim() === "") throw new GatewayError("invalid_value", `'${param}' holds no text.`, { param });
  return { type: "document", source: { type: "text", media_type: "text/plain", data: text }, ...titled(filename) };
}

const titled = (name: string | null | undefined): { title?: string } => (name ? { title: name } : {});

/** Claude's own refusal would not say which one it means. */
function unreadable(type: string, param: string): GatewayError {
  if (type.startsWith("image/")) {
    const message = `'${param}' is of type '${type}', which this model cannot read. Supported types are: ${knownImages}.`;
    return new GatewayError("invalid_image_format", message, { param });
  }
  const message = `'${param}' is of type '${type}', which this model cannot read. Send a picture, a PDF or text.`;
  return new GatewayError("invalid_value", message, { param });
}

function invalidUrl(param: string): GatewayError {
  return new GatewayError("invalid_image_url", `Invalid '${param}'. Expected a data URL or an https:// address.`, {
    param,
  });
}
