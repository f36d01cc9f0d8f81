/** A picture that Claude reads. */
export type ImageType = "image/jpeg" | "image/png" | "image/gif" | "image/webp";

const imageTypes: readonly ImageType[] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/** The type as one of Claude's, where it is one; `image/jpg` is what programs say that mean `image/jpeg`. */
export function toImageType(type: string): ImageType | undefined {
  return imageTypes.find((one) => one === (type === "image/jpg" ? "image/jpeg" : type));
}

/** The pictures there are, as an error tells them. */
export const knownImages: string = imageTypes.map((type) => `'${type}'`).join(", ");

const pdf = "application/pdf";

/** Media types by the ending of a file's name; what is not listed is no file that Claude reads. */
const byExtension: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  bmp: "image/bmp",
  tif: "image/tiff",
  tiff: "image/tiff",
  heic: "image/heic",
  svg: "image/svg+xml",
  pdf,
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  htm: "text/html",
  xml: "text/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  json: "application/json",
};

/** The media type that an address or a name ends in; undefined where its ending says nothing. */
export function typeOfName(name: string): string | undefined {
  const path = /^[a-z][a-z0-9+.-]*:\/\//i.test(name) ? name.replace(/[?#].*$/, "") : name;
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : byExtension[extension];
}

/** The first bytes of a file, one character each, and what they say it is. */
const openings: readonly (readonly [RegExp, string])[] = [
  [/^%PDF-/, pdf],
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

/** Whether a file of the type is text that can be told as it is. */
export function isText(type: string): boolean {
  return (
    type.startsWith("text/") ||
    /^application\/(?:json|xml|yaml|x-yaml|javascript|x-ndjson|.*\+json|.*\+xml)$/.test(type)
  );
}
