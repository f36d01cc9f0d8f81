import { GatewayError } from "../../../errors.ts";
import type { Part } from "../types.ts";

const mimeByExtension: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  heic: "image/heic",
  heif: "image/heif",
  pdf: "application/pdf",
  txt: "text/plain",
  mp3: "audio/mp3",
  wav: "audio/wav",
  flac: "audio/flac",
  ogg: "audio/ogg",
  aac: "audio/aac",
  m4a: "audio/m4a",
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
};

const audioMimes: Readonly<Record<string, string>> = {
  wav: "audio/wav",
  mp3: "audio/mp3",
  pcm16: "audio/pcm",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  flac: "audio/flac",
  aac: "audio/aac",
  m4a: "audio/m4a",
  webm: "audio/webm",
};

/** An image or file by URL: inline when it is a data URL, by reference otherwise. */
export function toMediaPart(url: string, param: string): Part {
  if (url.startsWith("data:")) return toInlinePart(url, param);
  if (!/^(gs|https?):\/\//.test(url)) throw invalidUrl(param);
  const mimeType = mimeOfPath(url);
  if (mimeType === undefined && url.startsWith("gs://")) {
    throw new GatewayError(
      "invalid_image_url",
      `The type of '${param}' cannot be told from its name. Use an extension.`,
      { param },
    );
  }
  // A web address without an extension is most often an image; the upstream looks at what it gets.
  return { fileData: { mimeType: mimeType ?? "image/jpeg", fileUri: url } };
}

/** An audio clip. The format is a word of OpenAI's list or a common neighbour of it. */
export function toAudioPart(data: string, format: string, param: string): Part {
  const mimeType = audioMimes[format];
  if (mimeType === undefined) {
    const message = `Invalid value: '${format}'. Supported values are: ${quoted(Object.keys(audioMimes))}.`;
    throw new GatewayError("invalid_value", message, { param: `${param}.format` });
  }
  return { inlineData: { mimeType, data: toStandardBase64(data, `${param}.data`) } };
}

/** A document: a data URL, bare base64 whose type its name or first bytes tell, or a reference. */
export function toFilePart(
  file: { readonly file_data?: string | null; readonly file_id?: string | null; readonly filename?: string | null },
  param: string,
): Part {
  if (file.file_data != null) {
    if (file.file_data.startsWith("data:")) return toInlinePart(file.file_data, `${param}.file_data`);
    const mimeType = file.file_data.startsWith("JVBERi0") ? "application/pdf" : mimeOfPath(file.filename ?? "");
    if (mimeType === undefined) {
      throw new GatewayError("invalid_value", `The type of '${param}.file_data' cannot be told. Send a data URL.`, {
        param: `${param}.file_data`,
      });
    }
    return { inlineData: { mimeType, data: toStandardBase64(file.file_data, `${param}.file_data`) } };
  }
  if (file.file_id != null && /^(gs|https):\/\//.test(file.file_id))
    return toMediaPart(file.file_id, `${param}.file_id`);
  const message = `'${param}.file_id' is not known here: files are not stored. Send 'file_data' instead.`;
  throw new GatewayError("invalid_value", message, { param: `${param}.file_id` });
}

function toInlinePart(url: string, param: string): Part {
  const comma = url.indexOf(",");
  if (comma < 0) throw invalidUrl(param);
  const [mimeType = "", ...attributes] = url.slice("data:".length, comma).split(";");
  const payload = url.slice(comma + 1);
  if (mimeType === "image/gif") {
    throw new GatewayError("invalid_image_format", `'${param}' is a GIF, which this model cannot read.`, { param });
  }
  const data = attributes.includes("base64")
    ? toStandardBase64(payload, param)
    : Buffer.from(decodePercent(payload, param)).toString("base64");
  return { inlineData: { mimeType: mimeType || "text/plain", data } };
}

function decodePercent(text: string, param: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUrl(param);
  }
}

/** Base64 in the padded standard alphabet, whitespace removed. */
function toStandardBase64(data: string, param: string): string {
  // The common case is long and right already: one test, no copy.
  if (data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data)) return data;
  const clean = data.replace(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(clean) || clean.length % 4 === 1) {
    throw new GatewayError("invalid_base64", `'${param}' is not valid base64.`, { param });
  }
  return clean.padEnd(Math.ceil(clean.length / 4) * 4, "=");
}

function mimeOfPath(path: string): string | undefined {
  const extension = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(path)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : mimeByExtension[extension];
}

function invalidUrl(param: string): GatewayError {
  const message = `Invalid '${param}'. Expected a data URL, an https:// address or a gs:// address.`;
  return new GatewayError("invalid_image_url", message, { param });
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(", ");
}
