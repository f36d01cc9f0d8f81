import type { Medium } from "./families.ts";
import { type Checked, eachBlock, eachMessage, first, keysOf, placedBlocks, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import type { AudioBlock, DocumentBlock, ImageBlock, VideoBlock } from "./types.ts";

const media: readonly Medium[] = ["image", "document", "video", "audio"];
const limits: Readonly<Partial<Record<Medium, number>>> = { image: 20, document: 5 };

/** Rules about pictures, documents, films and recordings. */
export const mediaRules: readonly Rule[] = [
  (checked) =>
    first(mediaIn(checked), ({ kind }) => (checked.family.media.includes(kind) ? undefined : texts.unsupported(kind))),
  (checked) =>
    first(mediaIn(checked), ({ kind, block: { source }, place }) =>
      keysOf(source).length === 1
        ? undefined
        : texts.oneKey(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}Source`, `${place}.source`, [
            "bytes",
            "s3Location",
          ]),
    ),
  (checked) =>
    first(mediaIn(checked), ({ kind, block: { source } }) =>
      source.s3Location !== undefined && !checked.family.s3
        ? texts.unsupported(`${kind}.source.s3Location`)
        : undefined,
    ),
  (checked) =>
    first(mediaIn(checked), ({ block: { source }, place }) =>
      source.bytes === undefined || isBase64(source.bytes) ? undefined : texts.notBase64(`${place}.source.bytes`),
    ),
  (checked) =>
    first(media, (kind) => {
      const limit = limits[kind];
      const count = mediaIn(checked).filter((one) => one.kind === kind).length;
      return limit !== undefined && count > limit ? texts.manyMedia(kind, limit) : undefined;
    }),
  eachBlock(({ block: { document } }) =>
    document !== undefined && !isDocumentName(document.name) ? texts.documentName() : undefined,
  ),
  eachMessage(({ content }, index) => {
    const has = (key: "document" | "text"): boolean => content.some((block) => block[key] !== undefined);
    return has("document") && !has("text") ? texts.documentText(`messages.${index}.content`) : undefined;
  }),
];

interface PlacedMedia {
  readonly kind: Medium;
  readonly block: ImageBlock | DocumentBlock | VideoBlock | AudioBlock;
  readonly place: string;
}

/** The media of a conversation, those in results too. */
function mediaIn({ request }: Checked): readonly PlacedMedia[] {
  return placedBlocks(request).flatMap(({ block, path }) => [
    ...mediaOf(block, path),
    ...(block.toolResult?.content ?? []).flatMap((part, at) => mediaOf(part, `${path}.toolResult.content.${at}`)),
  ]);
}

const mediaOf = (
  holder: Partial<Record<Medium, PlacedMedia["block"] | undefined>>,
  path: string,
): readonly PlacedMedia[] =>
  media.flatMap((kind) => {
    const block = holder[kind];
    return block === undefined ? [] : [{ kind, block, place: `${path}.${kind}` }];
  });

const isBase64 = (text: string): boolean =>
  /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.replace(/=+$/, "").length % 4 !== 1;

const isDocumentName = (name: string): boolean => /^[A-Za-z0-9\s\-()[\]]+$/.test(name) && !/\s\s/.test(name);
