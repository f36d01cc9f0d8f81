import { type Checked, first, placedBlocks, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import type { InputBlock, ResultContent } from "./types.ts";

type Image = Extract<InputBlock, { type: "image" }>;
type Document = Extract<InputBlock, { type: "document" }>;

const maxImages = 100;
const maxImageBytes = 5 * 1024 * 1024;

/** Rules about pictures and documents. */
export const mediaRules: readonly Rule[] = [
  (checked) =>
    first(mediaIn(checked), ({ media, path }) => wrongAddress(media, `${path}.${media.type}.source`, checked)),
  (checked) => first(mediaIn(checked), ({ media, path }) => wrongBytes(media, `${path}.${media.type}.source.base64`)),
  (checked) =>
    mediaIn(checked).filter(({ media }) => media.type === "image").length > maxImages
      ? texts.manyImages(maxImages)
      : undefined,
];

interface PlacedMedia {
  readonly media: Image | Document;
  readonly path: string;
}

/** The pictures and documents of a conversation, those in results too. */
function mediaIn({ request }: Checked): readonly PlacedMedia[] {
  return placedBlocks(request).flatMap(({ block, path }) => {
    const inner: readonly ResultContent[] =
      block.type === "tool_result" && Array.isArray(block.content) ? block.content : [];
    return [
      ...(isMedia(block) ? [{ media: block, path }] : []),
      ...inner.flatMap((part, at) =>
        isMedia(part) ? [{ media: part, path: `${path}.tool_result.content.${at}` }] : [],
      ),
    ];
  });
}

const isMedia = (block: InputBlock | ResultContent): block is Image | Document =>
  block.type === "image" || block.type === "document";

function wrongAddress({ source }: Image | Document, place: string, { surface }: Checked): string | undefined {
  if (source.type === "file") return surface.urls ? undefined : texts.tag(place, "file", ["base64", "content", "text"]);
  if (source.type !== "url") return undefined;
  if (!surface.urls) return texts.urlSource(`${place}.url`);
  return source.url.startsWith("https://") ? undefined : texts.notHttps(`${place}.url`);
}

function wrongBytes({ type, source }: Image | Document, place: string): string | undefined {
  if (source.type !== "base64") return undefined;
  const { data, media_type } = source;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.replace(/=+$/, "").length % 4 === 1) return texts.notBase64(place);
  const bytes = Buffer.from(data, "base64");
  if (type === "document") return bytes.subarray(0, 5).toString("latin1") === "%PDF-" ? undefined : texts.notPdf(place);
  if (bytes.length === 0) return texts.emptyImage(place);
  if (bytes.length > maxImageBytes) return texts.largeImage(place, bytes.length, maxImageBytes);
  const found = kindOf(bytes);
  return found === undefined || found === media_type ? undefined : texts.mediaType(place, media_type, found);
}

/** The beginnings of pictures. Bytes that begin like none of them pass. */
const beginnings: readonly (readonly [type: string, beginning: RegExp])[] = [
  ["image/png", /^\x89PNG/],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/gif", /^GIF8/],
  ["image/webp", /^RIFF....WEBP/s],
];

const kindOf = (bytes: Buffer): string | undefined => {
  const head = bytes.subarray(0, 16).toString("latin1");
  return beginnings.find(([, beginning]) => beginning.test(head))?.[0];
};
