/** Members of an event or of what is in it. */
type Members = Readonly<Record<string, unknown>>;

const started = { messageStart: { role: "assistant" } };
const usage = { inputTokens: 5, outputTokens: 3, totalTokens: 8 };
const metadata = { metadata: { usage, metrics: { latencyMs: 7 } } };
const over = { messageStop: { stopReason: "end_turn" } };

const delta = (contentBlockIndex: number, said: Members): Members => ({
  contentBlockDelta: { contentBlockIndex, delta: said },
});
const closing = (contentBlockIndex: number): Members => ({ contentBlockStop: { contentBlockIndex } });
/** A text that is there anyway. */
const said = [delta(0, { text: "Base." }), closing(0)];
const call = { toolUse: { toolUseId: "tooluse_1", name: "look_up" } };
const calling = (contentBlockIndex: number): Members => ({ contentBlockStart: { contentBlockIndex, start: call } });
const args = delta(1, { toolUse: { input: '{"q":7}' } });
const page = { location: { web: { url: "https://a.example/1" } } };

/** The events of a whole answer around one of its events. */
export function eventsAround(event: object): readonly object[] {
  const {
    messageStart,
    contentBlockStart,
    contentBlockDelta,
    contentBlockStop,
    messageStop,
    metadata: end,
  }: Members = {
    ...event,
  };
  if (messageStart !== undefined) return [event, ...said, over, metadata];
  if (contentBlockStart !== undefined) return [started, ...said, event, args, closing(1), over, metadata];
  if (contentBlockDelta !== undefined)
    return [started, ...said, ...before(contentBlockDelta), event, closing(1), over, metadata];
  if (contentBlockStop !== undefined) {
    return [started, delta(1, { text: "Well." }), delta(1, { citation: page }), event, ...said, over, metadata];
  }
  if (messageStop !== undefined) return [started, ...said, event, metadata];
  if (end !== undefined) return [started, ...said, over, event];
  return [started, ...said, event, over, metadata];
}

/** The beginning of the block that a piece belongs to. */
function before(contentBlockDelta: unknown): readonly object[] {
  const piece = memberOf(contentBlockDelta, "delta");
  if (memberOf(piece, "toolUse") !== undefined) return [calling(1)];
  if (memberOf(piece, "citation") !== undefined) return [delta(1, { text: "Well." })];
  const thought = memberOf(piece, "reasoningContent");
  const isSigned = memberOf(thought, "signature") !== undefined;
  return isSigned ? [delta(1, { reasoningContent: { text: "Hm." } })] : [];
}

function memberOf(holder: unknown, name: string): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, name) : undefined;
}
