import type { HostFacts } from "../hosts.ts";
import { isJson, type Json } from "../json.ts";

/** Members of messages that answers of other servers hold and clients send back, and some that other servers take. */
const replayed: ReadonlySet<string> = new Set([
  "annotations",
  "cache_control",
  "extra_content",
  "id",
  "images",
  "prefix",
  "provider_specific_fields",
  "reasoning",
  "reasoning_content",
  "reasoning_details",
  "thinking_blocks",
]);
/** The same of what a call calls, and of a picture. */
const ofFunction: ReadonlySet<string> = new Set(["provider_specific_fields", "thought_signature"]);
const ofPicture: ReadonlySet<string> = new Set(["format", "mime_type"]);
/** Members of parts, calls and tools that are not OpenAI's own. */
const hints: ReadonlySet<string> = new Set(["cache_control", "extra_content", "index", "provider_specific_fields"]);

/**
 * Takes out, in place of a copy, what OpenAI would refuse: thoughts of earlier turns that clients send back, hints for
 * the caches of others, and what else is no part of its messages. Messages without any are left as they are.
 */
export function withoutExtensions(body: Json, host: HostFacts): void {
  const { ofMessage, ofResult, ofOlderResult } = namesFor(host);
  delete body["cache_control"];
  body["messages"] = mapJson(body["messages"], (message) => {
    const content = mapJson(message["content"], (part) => withMember(without(part, hints), "image_url", ofPicture));
    const calls = mapJson(message["tool_calls"], (call) => withMember(without(call, hints), "function", ofFunction));
    const { role } = message;
    const plain = without(message, role === "tool" ? ofResult : role === "function" ? ofOlderResult : ofMessage);
    const same = content === message["content"] && calls === message["tool_calls"];
    if (same) return plain;
    return {
      ...plain,
      ...(content === undefined ? {} : { content }),
      ...(calls === undefined ? {} : { tool_calls: calls }),
    };
  });
  if (body["tools"] !== undefined) body["tools"] = mapJson(body["tools"], (tool) => without(tool, hints));
  const guess = body["prediction"];
  if (!isJson(guess)) return;
  const content = mapJson(guess["content"], (part) => without(part, hints));
  if (content !== guess["content"]) body["prediction"] = { ...guess, content };
}

/** What is taken out of messages, by who speaks. */
interface Names {
  readonly ofMessage: ReadonlySet<string>;
  /** What a call is named by, OpenAI has in the call alone. */
  readonly ofResult: ReadonlySet<string>;
  /** The older form of a result has nothing else to say which call it belongs to. */
  readonly ofOlderResult: ReadonlySet<string>;
}

const byHost = new WeakMap<HostFacts, Names>();

function namesFor(host: HostFacts): Names {
  const known = byHost.get(host);
  if (known !== undefined) return known;
  const kept = host.prefixes ? ["prefix"] : [];
  const names = [...replayed, ...host.messagesLack].filter((name) => !kept.includes(name));
  const made: Names = {
    ofMessage: new Set(names),
    ofResult: new Set([...names, "name"]),
    ofOlderResult: new Set(names.filter((name) => name !== "name")),
  };
  byHost.set(host, made);
  return made;
}

/** The items of a list as `change` makes them; the very same list where it changes none, and anything that is no list. */
function mapJson(list: unknown, change: (item: Json) => Json): unknown {
  if (!Array.isArray(list)) return list;
  let changed = false;
  const items = list.map((item: unknown) => {
    const made = isJson(item) ? change(item) : item;
    changed ||= made !== item;
    return made;
  });
  return changed ? items : list;
}

/** The object with a member of it that lacks some of its own. */
function withMember(object: Json, member: string, names: ReadonlySet<string>): Json {
  const held = object[member];
  if (!isJson(held)) return object;
  const rest = without(held, names);
  return rest === held ? object : { ...object, [member]: rest };
}

function without(object: Json, names: ReadonlySet<string>): Json {
  let rest: Json | undefined;
  for (const name in object) {
    if (!names.has(name)) continue;
    rest ??= { ...object };
    delete rest[name];
  }
  return rest ?? object;
}
