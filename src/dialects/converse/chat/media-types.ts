import type { AudioBlock, DocumentBlock, ImageBlock, VideoBlock } from "../types.ts";

/** A kind of block, with Bedrock's word for the form of what it holds. */
export type MediaFormat =
  | { readonly kind: "image"; readonly format: ImageBlock["format"] }
  | { readonly kind: "document"; readonly format: NonNullable<DocumentBlock["format"]> }
  | { readonly kind: "video"; readonly format: VideoBlock["format"] }
  | { readonly kind: "audio"; readonly format: AudioBlock["format"] };

const word = "application/vnd.openxmlformats-officedocument";

/** Media types that some model reads. */
const byType: ReadonlyMap<string, MediaFormat> = new Map<string, MediaFormat>([
  ["image/png", { kind: "image", format: "png" }],
  ["image/jpeg", { kind: "image", format: "jpeg" }],
  ["image/jpg", { kind: "image", format: "jpeg" }],
  ["image/gif", { kind: "image", format: "gif" }],
  ["image/webp", { kind: "image", format: "webp" }],
  ["application/pdf", { kind: "document", format: "pdf" }],
  ["text/csv", { kind: "document", format: "csv" }],
  ["application/msword", { kind: "document", format: "doc" }],
  [`${word}.wordprocessingml.document`, { kind: "document", format: "docx" }],
  ["application/vnd.ms-excel", { kind: "document", format: "xls" }],
  [`${word}.spreadsheetml.sheet`, { kind: "document", format: "xlsx" }],
  ["text/html", { kind: "document", format: "html" }],
  ["text/plain", { kind: "document", format: "txt" }],
  ["text/markdown", { kind: "document", format: "md" }],
  ["video/mp4", { kind: "video", format: "mp4" }],
  ["video/webm", { kind: "video", format: "webm" }],
  ["video/quicktime", { kind: "video", format: "mov" }],
  ["video/x-matroska", { kind: "video", format: "mkv" }],
  ["video/x-flv", { kind: "video", format: "flv" }],
  ["video/mpeg", { kind: "video", format: "mpeg" }],
  ["video/x-ms-wmv", { kind: "video", format: "wmv" }],
  ["video/3gpp", { kind: "video", format: "three_gp" }],
  ["audio/mpeg", { kind: "audio", format: "mp3" }],
  ["audio/mp3", { kind: "audio", format: "mp3" }],
  ["audio/wav", { kind: "audio", format: "wav" }],
  ["audio/x-wav", { kind: "audio", format: "wav" }],
  ["audio/flac", { kind: "audio", format: "flac" }],
  ["audio/ogg", { kind: "audio", format: "ogg" }],
  ["audio/opus", { kind: "audio", format: "opus" }],
  ["audio/aac", { kind: "audio", format: "aac" }],
]);

/** Endings of names, by the media type they stand for. */
const byExtension: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
  tiff: "image/tiff",
  svg: "image/svg+xml",
  pdf: "application/pdf",
  csv: "text/csv",
  doc: "application/msword",
  docx: `${word}.wordprocessingml.document`,
  xls: "application/vnd.ms-excel",
  xlsx: `${word}.spreadsheetml.sheet`,
  html: "text/html",
  htm: "text/html",
  txt: "text/plain",
  md: "text/markdown",
  json: "application/json",
  xml: "text/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  mp4: "video/mp4",
  webm: "video/webm",
  mov: "video/quicktime",
  mkv: "video/x-matroska",
  flv: "video/x-flv",
  mpeg: "video/mpeg",
  mpg: "video/mpeg",
  wmv: "video/x-ms-wmv",
  "3gp": "video/3gpp",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  flac: "audio/flac",
  ogg: "audio/ogg",
  opus: "audio/opus",
  aac: "audio/aac",
};

/** The form of a media type; text of any kind is plain text. Undefined for what no model reads. */
export function formatOf(type: string): MediaFormat | undefined {
  const known = byType.get(type);
  if (known !== undefined) return known;
  const isText =
    type.startsWith("text/") || /^application\/(?:json|xml|yaml|javascript|x-.*|.*\+(?:json|xml))$/.test(type);
  return isText ? { kind: "document", format: "txt" } : undefined;
}

/** The media type that an address or a name ends in; undefined where its ending says nothing. */
export function typeOfName(name: string): string | undefined {
  const path = /^[a-z][a-z0-9+.-]*:\/\//i.test(name) ? name.replace(/[?#].*$/, "") : name;
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : byExtension[extension];
}

/** The first bytes of a file, one character each, and what they say it is. */
const openings: readonly (readonly [RegExp, string])[] = [
  [/^%PDF-/, "application/pdf"],
  [/^\x89PNG/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8/, "image/gif"],
  [/^RIFF.{4}WEBP/s, "image/webp"],
];

/** What the first bytes of a file say it is; undefined where nobody knows. */
export function typeOfBytes(base64: string): string | undefined {
  const bytes = Buffer.from(base64.slice(0, 24), "base64").toString("latin1");
  return openings.find(([opening]) => opening.test(bytes))?.[1];
}
