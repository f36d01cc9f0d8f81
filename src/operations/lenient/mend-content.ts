import { isList, isObject, type Json, mendEach } from "./json.ts";
import type { Origins } from "./origins.ts";

/** The content of a message with its parts in chat's own form; the very same content where they are. */
export function mendContent(content: unknown, origins: Origins): unknown {
  const parts = toParts(content);
  return isList(parts) ? mendEach(parts, (part, i) => mendItem(part, i, parts, origins)) : parts;
}

/** A content with a list around its one part where it lacks it. */
export function toParts(content: unknown): unknown {
  return isPart(content) ? [content] : content;
}

function isPart(value: unknown): value is Json {
  return isObject(value) && typeof value["type"] === "string";
}

function mendItem(part: unknown, index: number, content: object, origins: Origins): unknown {
  if (typeof part !== "string") return isObject(part) ? mendPart(part, origins) : part;
  return origins.note({ type: "text", text: part }, content, { at: `[${index}]`, members: { text: "", type: "" } });
}

/** A part in the form of the Responses API, of Anthropic's, or with a bare address, as chat has it. */
export function mendPart(part: Json, origins: Origins): Json {
  switch (part["type"]) {
    case "input_text":
    case "output_text": {
      // Remarks on an earlier answer; no answer could differ by them.
      const { annotations: _annotations, logprobs: _logprobs, ...rest } = part;
      return origins.note({ ...rest, type: "text" }, part);
    }
    case "image_url":
      return typeof part["image_url"] === "string" ? withUrl(part, origins) : part;
    case "input_image":
      return fromInputImage(part, origins);
    case "input_file":
      return fromInputFile(part, origins);
    case "image":
      return fromImageBlock(part, origins);
    default:
      return part;
  }
}

function withUrl(part: Json, origins: Origins): Json {
  const image = origins.note({ url: part["image_url"] }, part, { members: { url: ".image_url" } });
  return origins.note({ ...part, image_url: image }, part);
}

function fromInputImage(part: Json, origins: Origins): Json {
  const { type: _type, image_url: address, detail, file_id: fileId, ...rest } = part;
  if (address == null && fileId != null) {
    return origins.note({ ...rest, type: "file", file: origins.note({ file_id: fileId }, part) }, part);
  }
  const told = isObject(address) ? address : address === undefined ? {} : { url: address };
  const image = detail == null ? told : { detail, ...told };
  const noted = image === address ? image : origins.note(image, part, { members: { url: ".image_url" } });
  return origins.note({ ...rest, type: "image_url", image_url: noted }, part);
}

/** An address stands where an id would: upstreams that can fetch a file take it there. */
function fromInputFile(part: Json, origins: Origins): Json {
  const { type: _type, filename, file_data: data, file_id: fileId, file_url: address, ...rest } = part;
  const id = fileId ?? address;
  const file = {
    ...(filename == null ? {} : { filename }),
    ...(data == null ? {} : { file_data: data }),
    ...(id == null ? {} : { file_id: id }),
  };
  const members = fileId == null ? { file_id: ".file_url" } : {};
  return origins.note({ ...rest, type: "file", file: origins.note(file, part, { members }) }, part);
}

function fromImageBlock(part: Json, origins: Origins): Json {
  const { type: _type, source, ...rest } = part;
  const url = isObject(source) ? urlOf(source) : undefined;
  if (url === undefined || !isObject(source)) return part;
  const image = origins.note({ url }, part, { members: { url: ".source" } });
  return origins.note({ ...rest, type: "image_url", image_url: image }, part);
}

function urlOf(source: Json): string | undefined {
  const { type, media_type: mediaType, data, url } = source;
  if (type === "url" && typeof url === "string") return url;
  return type === "base64" && typeof mediaType === "string" && typeof data === "string"
    ? `data:${mediaType};base64,${data}`
    : undefined;
}
