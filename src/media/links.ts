import type { ChatMessage } from "../operations/types.ts";

/** A web address in a message that stands for a picture, a video or a file. */
export interface Link {
  readonly url: string;
  /** The client's path to it: `messages[0].content[1].image_url.url`. */
  readonly path: string;
  /** Whether a file of any kind may stand there. */
  readonly isFile: boolean;
}

/** What is to stand in place of an address; undefined leaves it. */
export type Replace = (link: Link) => string | undefined;

type UserPart = Exclude<Extract<ChatMessage, { role: "user" }>["content"], string>[number];
type ToolPart = Exclude<Extract<ChatMessage, { role: "tool" }>["content"], string>[number];

const isWeb = (url: string | null | undefined): url is string => /^https?:\/\//i.test(url ?? "");

/** All web addresses of a conversation, in its order. */
export function linksIn(messages: readonly ChatMessage[]): readonly Link[] {
  const links: Link[] = [];
  withLinks(messages, (link) => void links.push(link));
  return links;
}

/** A conversation with other things in place of its addresses; messages without any stay the same objects. */
export function withLinks(messages: readonly ChatMessage[], replace: Replace): ChatMessage[] {
  return messages.map((message, i) => {
    if ((message.role !== "user" && message.role !== "tool") || !Array.isArray(message.content)) return message;
    const at = (j: number): string => `messages[${i}].content[${j}]`;
    if (message.role === "user") {
      const content = message.content.map((part, j) => withoutUserLink(part, at(j), replace));
      return isUnchanged(content, message.content) ? message : { ...message, content };
    }
    const content = message.content.map((part, j) => withoutLink(part, at(j), replace));
    return isUnchanged(content, message.content) ? message : { ...message, content };
  });
}

const isUnchanged = (made: readonly unknown[], given: readonly unknown[]): boolean =>
  made.every((one, i) => one === given[i]);

function withoutUserLink(part: UserPart, path: string, replace: Replace): UserPart {
  if (part.type !== "video_url") return withoutLink(part, path, replace);
  const { url } = part.video_url;
  const data = isWeb(url) ? replace({ url, path: `${path}.video_url.url`, isFile: false }) : undefined;
  return data === undefined ? part : { ...part, video_url: { ...part.video_url, url: data } };
}

function withoutLink(part: ToolPart, path: string, replace: Replace): ToolPart {
  if (part.type === "image_url") {
    const { url } = part.image_url;
    const data = isWeb(url) ? replace({ url, path: `${path}.image_url.url`, isFile: false }) : undefined;
    return data === undefined ? part : { ...part, image_url: { ...part.image_url, url: data } };
  }
  if (part.type !== "file") return part;
  // Clients say the address of a file where its id belongs.
  const { file_id: id, ...file } = part.file;
  const data = isWeb(id) ? replace({ url: id, path: `${path}.file.file_id`, isFile: true }) : undefined;
  return data === undefined ? part : { ...part, file: { ...file, file_data: data } };
}
