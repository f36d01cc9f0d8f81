import { type Turn, turnOf } from "../model.ts";
import type { Prompt } from "../prompt.ts";
import type { Answer } from "../script.ts";
import { type MadeCall, makeCalls } from "./calls.ts";
import { randomText, unixNow } from "./ids.ts";
import type { Dressing, Personality } from "./personality.ts";
import type { Quirks } from "./quirks.ts";
import type { Annotation, ChatRequest, Delta, Switches } from "./types.ts";

/** The members every chunk repeats. */
export interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** All that a chat answer is made of. */
export interface ChatCase {
  readonly request: ChatRequest;
  readonly prompt: Prompt;
  /** Tokens of the request. */
  readonly tokens: number;
  readonly answer: Answer;
  readonly personality: Personality;
  readonly switches: Switches;
  readonly quirks: Quirks;
  readonly head: Head;
}

/** A turn in the form a choice has it. */
export interface Said extends Turn {
  readonly made: readonly MadeCall[];
  /** The member that shows the thoughts; undefined where they stay hidden. */
  readonly showsAs: "reasoning" | "reasoning_content" | undefined;
  /** Why it ends; null where a script leaves it out. */
  readonly finish: string | null;
}

/** What each choice of an answer says. */
export function choicesOf(one: ChatCase): readonly Said[] {
  const { personality, request } = one;
  const count = personality.chat.choices ? (request.n ?? 1) : 1;
  return Array.from({ length: count }, () => sayOnce(one));
}

function sayOnce(one: ChatCase): Said {
  const { answer, personality, prompt, quirks, request, switches } = one;
  const thinks = personality.chat.thinks(request);
  const showThoughts = thinks ?? answer.thoughts !== undefined;
  const turn = turnOf(answer, { ...prompt, showThoughts });
  const single = answer.calls === undefined && request.parallel_tool_calls === false;
  const calls = single ? turn.calls.slice(0, 1) : turn.calls;
  const shown = quirks.has("content_parts") ? "reasoning_content" : personality.chat.thoughts(switches);
  const hidden = personality.chat.hidesThoughts?.(request) === true;
  const base = {
    ...turn,
    calls,
    made: makeCalls(calls, request, personality.chat),
    finish: finishOf(turn, one),
    showsAs: hidden || shown === "tags" ? undefined : shown,
  };
  if (shown !== "tags" || turn.thoughts === "") return base;
  return { ...base, thoughts: "", text: `<think>\n${turn.thoughts}\n</think>\n\n${turn.text}` };
}

function finishOf(turn: Turn, { answer, personality, request, switches }: ChatCase): string | null {
  if (answer.finish !== undefined) return answer.finish === "" ? null : answer.finish;
  if (turn.ending === "length") return "length";
  return turn.calls.length > 0 ? personality.chat.callsEnd(request, switches) : "stop";
}

/** What a server adds to an answer depends on this. */
export const dressingOf = (one: ChatCase, counts: Dressing["counts"]): Dressing => ({
  request: one.request,
  answer: one.answer,
  switches: one.switches,
  counts,
});

/** The member that shows a piece of thinking. */
export const thoughtMember = (
  showsAs: Said["showsAs"],
  text: string,
): Pick<Delta, "reasoning" | "reasoning_content"> => (showsAs === undefined || text === "" ? {} : { [showsAs]: text });

const audioSeconds = 3600;

/** Sound and pictures of an answer. Sound is said in place of words, so it carries them. */
export function mediaMembers({ media = [], text }: Turn): Pick<Delta, "images"> & {
  readonly audio?: { readonly id: string; data: string; expires_at: number; transcript: string };
} {
  const sound = media.find(({ mime_type }) => mime_type.startsWith("audio/"));
  const pictures = media.filter(({ mime_type }) => mime_type.startsWith("image/"));
  return {
    ...(sound && {
      audio: {
        id: `audio_${randomText(24)}`,
        data: sound.data,
        expires_at: unixNow() + audioSeconds,
        transcript: text,
      },
    }),
    ...(pictures.length > 0 && {
      images: pictures.map(({ mime_type, data }, index) => ({
        type: "image_url",
        index,
        image_url: { url: `data:${mime_type};base64,${data}` },
      })),
    }),
  };
}

/** The pages an answer cites. Positions are characters. */
export function citationsOf({ sources = [], text }: Turn): Annotation[] {
  return sources.map(({ uri, title = uri, quote = text }) => {
    const start = Math.max(0, text.indexOf(quote));
    return {
      type: "url_citation",
      url_citation: { start_index: start, end_index: start + quote.length, url: uri, title },
    };
  });
}
