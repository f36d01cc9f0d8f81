import type { ChatMessage } from "../../../operations/types.ts";
import type { Part, VideoMetadata } from "../types.ts";
import type { Draft } from "./context.ts";
import { toAudioPart, toFilePart, toMediaPart } from "./media.ts";

type UserPart = Exclude<Extract<ChatMessage, { role: "user" }>["content"], string>[number];
type VideoPart = Extract<UserPart, { type: "video_url" }>;
type Picture = Extract<UserPart, { type: "image_url" }>["image_url"];

/** What a user says or shows: a text, or media with all that is said of how to look at them. Empty texts are nothing. */
export function toContentParts(part: UserPart, param: string, draft: Draft): Part[] {
  switch (part.type) {
    case "text":
      return part.text === "" ? [] : [{ text: part.text }];
    case "image_url":
      return [withDetail(toPicturePart(part.image_url, `${param}.image_url`, draft), part.image_url.detail, draft)];
    case "video_url":
      return [toVideoPart(part, `${param}.video_url`, draft)];
    case "input_audio":
      return [toAudioPart(part.input_audio.data, part.input_audio.format, `${param}.input_audio`)];
    case "file":
      return [toFilePart(part.file, `${param}.file`, draft)];
  }
}

/** A picture, without the resolution it is to be seen in. */
export function toPicturePart({ url, format, mime_type: type }: Picture, param: string, draft: Draft): Part {
  // A web address without an extension is most often an image; the upstream looks at what it gets.
  const hints = { type: type ?? toImageType(format), otherwise: "image/jpeg", picture: true };
  return toMediaPart(url, `${param}.url`, draft, hints);
}

/** LiteLLM's hint is a whole media type or its second half. */
function toImageType(format: string | null | undefined): string | null | undefined {
  return format == null || format.includes("/") ? format : `image/${format.replace(/^jpg$/i, "jpeg")}`;
}

function toVideoPart({ video_url: video, video_metadata: beside }: VideoPart, param: string, draft: Draft): Part {
  const type = video.mime_type ?? video.format;
  const part = toMediaPart(video.url, `${param}.url`, draft, { type, otherwise: "video/mp4" });
  const { start_offset: start, end_offset: end, fps } = video.video_metadata ?? beside ?? {};
  const metadata: VideoMetadata = {};
  if (start != null) metadata.startOffset = start;
  if (end != null) metadata.endOffset = end;
  if (fps != null) metadata.fps = fps;
  const detailed = withDetail(part, video.detail, draft);
  return Object.keys(metadata).length === 0 ? detailed : { ...detailed, videoMetadata: metadata };
}

const resolutions = {
  low: "MEDIA_RESOLUTION_LOW",
  medium: "MEDIA_RESOLUTION_MEDIUM",
  high: "MEDIA_RESOLUTION_HIGH",
  original: "MEDIA_RESOLUTION_ULTRA_HIGH",
} as const;

function withDetail(part: Part, detail: string | null | undefined, draft: Draft): Part {
  if (!draft.model.partResolution) return part;
  const wanted = Object.entries(resolutions).find(([word]) => word === detail)?.[1];
  return wanted === undefined ? part : { ...part, mediaResolution: { level: wanted } };
}
