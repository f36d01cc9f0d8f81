import { describe, expect, test } from "vitest";
import * as names from "./_translate.ts";
import { ask, translate } from "./_translate.ts";

const hint = { cache_control: { type: "ephemeral" } };
const point = { cachePoint: { type: "default" } };
const text = (one: string, more: object = {}) => ({ type: "text", text: one, ...more });
const user = (content: unknown, more: object = {}) => ({ role: "user", content, ...more });
const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };
const calling = (more: object = {}) => ({ role: "assistant", content: null, tool_calls: [call], ...more });
const result = (content: unknown, more: object = {}) => ({ role: "tool", tool_call_id: "a", content, ...more });
const use = { toolUse: { toolUseId: "a", name: "f", input: {} } };
const used = (...texts: readonly string[]) => ({
  toolResult: { toolUseId: "a", content: texts.map((one) => ({ text: one })) },
});
const tools = [{ type: "function", function: { name: "f" } }];
const png = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };

/** All blocks of a body, instructions first. */
function blocksIn({ system = [], messages }: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [system, messages].flatMap((list) => (Array.isArray(list) ? list : [])).flatMap((one) => one.content ?? [one]);
}

describe("marks for the cache", () => {
  test.each<readonly [name: string, messages: readonly object[], want: readonly object[]]>([
    ["end with a text", [user([text("A.", hint), text("B.")])], [{ text: "A." }, point, { text: "B." }]],
    ["end with a message", [user("A.", hint), user("B.")], [{ text: "A." }, point, { text: "B." }]],
    ["of a last part and its message are one", [user([text("A.", hint)], hint)], [{ text: "A." }, point]],
    ["on white space are none", [user([text("A."), text(" ", hint)])], [{ text: "A." }]],
    ["of a message of white space are none", [user(" ", hint), user("A.")], [{ text: "A." }]],
    [
      "end with instructions",
      [{ role: "system", content: [text("A.", hint), text("B.")], ...hint }, user("Hi.")],
      [{ text: "A." }, point, { text: "B." }, point, { text: "Hi." }],
    ],
    [
      "of instructions of white space are none",
      [{ role: "system", content: " ", ...hint }, user("Hi.")],
      [{ text: "Hi." }],
    ],
    [
      "end with what the model said",
      [user("Hi."), { role: "assistant", content: [text("A.", hint), text("B.")] }, user("Go.")],
      [{ text: "Hi." }, { text: "A." }, point, { text: "B." }, { text: "Go." }],
    ],
    ["end with calls", [user("Hi."), calling(hint), result("1")], [{ text: "Hi." }, use, point, used("1")]],
    ["end with a result", [user("Hi."), calling(), result("1", hint)], [{ text: "Hi." }, use, used("1"), point]],
    [
      "within a result end with it, once",
      [user("Hi."), calling(), result([text("1", hint), text("2", hint)], hint)],
      [{ text: "Hi." }, use, used("1", "2"), point],
    ],
    [
      "end with a picture",
      [user([{ ...png, ...hint }, text("A.")])],
      [{ image: { format: "png", source: { bytes: "AAAA" } } }, point, { text: "A." }],
    ],
  ])("%s", (_name, messages, want) => {
    const { body, told } = ask({ tools, messages });
    expect(blocksIn(body)).toEqual(want);
    expect(told).toEqual([]);
  });

  test("of the whole request end with what the user said last", () => {
    const messages = [
      user("A."),
      { role: "assistant", content: "B." },
      user("C."),
      { role: "assistant", content: "D." },
    ];
    const { body } = ask({ messages, ...hint });
    expect(blocksIn(body)).toEqual([{ text: "A." }, { text: "B." }, { text: "C." }, point, { text: "D." }]);
  });

  test.each([
    ["cache_control", { cache_control: { type: "ephemeral", ttl: "5m" } }, []],
    ["cache_control", { cache_control: { type: "ephemeral", ttl: "1h" } }, ["clamped"]],
    ["prompt_cache_breakpoint", { prompt_cache_breakpoint: { mode: "explicit" } }, []],
    ["prompt_cache_breakpoint", { prompt_cache_breakpoint: { mode: "explicit", ttl: "30m" } }, ["clamped"]],
    ["prompt_cache_breakpoint", { prompt_cache_breakpoint: { mode: "explicit", ttl: "12h" } }, ["clamped"]],
    ["cache_control", { ...hint, prompt_cache_breakpoint: { mode: "explicit", ttl: "12h" } }, []],
  ])("%s stay five minutes: %o", (member, more, verbs) => {
    const { body, told } = ask({ messages: [user([text("A.", more)])] });
    expect(blocksIn(body)).toEqual([{ text: "A." }, point]);
    expect(told).toEqual(verbs.map((verb) => `${verb}:messages[0].content[0].${member}`));
  });

  test.each([
    ["a whole request", { messages: [user("A.")], cache_control: { ttl: "1h" } }, "cache_control"],
    ["a message", { messages: [user("A.", { cache_control: { ttl: "1h" } })] }, "messages[0].cache_control"],
  ])("of %s that would stay longer are told where they stand", (_name, members, path) => {
    expect(ask(members).told).toEqual([`clamped:${path}`]);
  });

  test("there is room for four, and the last ones stay", () => {
    const messages = [
      { role: "system", content: [text("A.", hint)] },
      ...["B.", "C.", "D.", "E."].map((one) => user([text(one, hint)])),
    ];
    const { body, told } = ask({ messages, ...hint });
    expect(blocksIn(body)).toEqual([
      ...[{ text: "A." }, { text: "B." }, { text: "C." }, point, { text: "D." }, point, { text: "E." }, point, point],
    ]);
    expect(told).toEqual([
      "reported:messages[0].content[0].cache_control",
      "reported:messages[1].content[0].cache_control",
    ]);
  });

  test("where instructions have no place their marks have none", () => {
    const learned = new Set(["no-system"]);
    const messages = [{ role: "system", content: [text("A.", hint)] }, user("Hi.", hint)];
    const { body } = translate({ messages }, names.nova, { learned });
    expect(body.system).toBeUndefined();
    expect(body.messages).toEqual([{ role: "user", content: [{ text: "A." }, { text: "Hi." }, point] }]);
  });

  test.each([names.llama, names.gptOss, names.mistral, names.qwen, names.unknown])("are none at %s", (model) => {
    const { body, told } = ask({ messages: [user([text("A.", hint)], hint)], ...hint }, model);
    expect(blocksIn(body)).toEqual([{ text: "A." }]);
    expect(told).toEqual([]);
  });
});
