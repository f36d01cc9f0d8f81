/** Media types by the ending of a file's name. */
const byExtension: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  heic: "image/heic",
  heif: "image/heif",
  gif: "image/gif",
  bmp: "image/bmp",
  tif: "image/tiff",
  tiff: "image/tiff",
  svg: "image/svg+xml",
  avif: "image/avif",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  htm: "text/html",
  xml: "text/xml",
  json: "application/json",
  mp3: "audio/mp3",
  wav: "audio/wav",
  flac: "audio/flac",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  aac: "audio/aac",
  m4a: "audio/m4a",
  aiff: "audio/aiff",
  mp4: "video/mp4",
  mpeg: "video/mpeg",
  mpg: "video/mpeg",
  mov: "video/quicktime",
  avi: "video/x-msvideo",
  wmv: "video/x-ms-wmv",
  flv: "video/x-flv",
  "3gp": "video/3gpp",
  webm: "video/webm",
};

/** The images Gemini reads. */
export const imageTypes: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/heic",
  "image/heif",
]);

/** Media types of audio by the words clients use for them; `wav` and `mp3` are OpenAI's own. */
export const audioTypes: Readonly<Record<string, string>> = {
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
  [/^RIFF.{4}WAVE/s, "audio/wav"],
  [/^ID3|^\xff[\xfb\xf3\xf2]/, "audio/mp3"],
  [/^\xff[\xf1\xf9]/, "audio/aac"],
  [/^fLaC/, "audio/flac"],
  [/^OggS/, "audio/ogg"],
  [/^.E\xdf\xa3/s, "video/webm"],
  [/^.{4}ftyp(?:hei[cxms]|hevc)/s, "image/heic"],
  [/^.{4}ftyp(?:mif1|msf1)/s, "image/heif"],
  [/^.{4}ftypM4A/s, "audio/m4a"],
  [/^.{4}ftyp/s, "video/mp4"],
];

/** What the first bytes of a file say it is; undefined where nobody knows. */
export function typeOfBytes(base64: string): string | undefined {
  const bytes = Buffer.from(base64.slice(0, 24), "base64").toString("latin1");
  return openings.find(([opening]) => opening.test(bytes))?.[1];
}
