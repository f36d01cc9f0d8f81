/** Members of an event or of what is in it. */
type Members = Readonly<Record<string, unknown>>;

const message = {
  id: "msg_base",
  type: "message",
  role: "assistant",
  model: "claude-opus-5",
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 5, output_tokens: 1 },
};
const started = { type: "message_start", message };
const stopping = { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null } };
const ended = { ...stopping, usage: { output_tokens: 3 } };
const over = { type: "message_stop" };

const opening = (index: number, content_block: Members): Members => ({
  type: "content_block_start",
  index,
  content_block,
});
const closing = (index: number): Members => ({ type: "content_block_stop", index });
const text = { type: "text", text: "Base." };
/** A text that is there anyway. */
const said = [opening(0, text), closing(0)];
/** More of a block that is a text. */
const more = { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: " More." } };

const source = { type: "web_search_result_location", url: "https://a.example/1", title: "One" };
const cited = { type: "text", text: "Well.", citations: [source] };

/** The block that a piece belongs to. */
const blocks: Readonly<Record<string, Members>> = {
  input_json_delta: { type: "tool_use", id: "toolu_1", name: "look_up", input: {} },
  thinking_delta: { type: "thinking", thinking: "", signature: "" },
  signature_delta: { type: "thinking", thinking: "Hm.", signature: "" },
};

/** The events of a whole answer around one of its events. */
export function eventsAround(event: object): readonly object[] {
  const { type, delta, content_block, instead }: Members = { ...event };
  switch (type) {
    // The counts of the end would hide those of the start.
    case "message_start":
      return [event, ...said, stopping, over];
    case "content_block_start":
      return [started, ...said, event, ...(typeOf(content_block) === "text" ? [more] : []), closing(1), ended, over];
    case "content_block_delta":
      return [started, ...said, opening(1, blocks[typeOf(delta)] ?? text), event, closing(1), ended, over];
    case "content_block_stop":
      return [started, opening(1, cited), event, ...said, ended, over];
    case "message_delta":
      return [started, ...said, event, over];
    case "message_stop":
      return [started, ...said, ended, event];
    default:
      return [started, ...said, event, ended, ...(instead === "<message_stop>" ? [] : [over])];
  }
}

function typeOf(value: unknown): string {
  return typeof value === "object" && value !== null ? String(Reflect.get(value, "type")) : "";
}
