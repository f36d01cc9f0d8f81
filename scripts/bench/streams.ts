import { EventStreamCodec } from "@smithy/eventstream-codec";

/** How many pieces of text a measured stream has. */
export const streamEvents = 181;

/** A stream that an upstream answers with, byte for byte. */
export interface FixedStream {
  readonly type: string;
  readonly bytes: string | Buffer;
}

function ofGemini(): string {
  const events = Array.from({ length: streamEvents }, (_, at) => {
    const last = at === streamEvents - 1 ? { finishReason: "STOP" } : {};
    return {
      candidates: [{ content: { role: "model", parts: [{ text: `chunk ${at} ` }] }, ...last }],
      usageMetadata: {
        promptTokenCount: 250,
        candidatesTokenCount: at + 1,
        totalTokenCount: 251 + at,
        trafficType: "ON_DEMAND",
      },
      modelVersion: "gemini-2.5-flash",
      createTime: "2026-11-21T00:00:00Z",
      responseId: "abcdefghijk",
    };
  });
  return events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join("");
}

/** An answer in pieces as long as Claude's and Nova's, a few words each. */
function pieces(): readonly string[] {
  return Array.from({ length: streamEvents }, (_, at) => `chunk ${at} of an answer `);
}

interface ClaudeEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Claude's own events, those that its API and Bedrock have in common. */
function eventsOfClaude(): readonly ClaudeEvent[] {
  const counts = { input_tokens: 250, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const message = {
    model: "claude-sonnet-4-5-20250929",
    id: "msg_01XFDUDYJgAACzvnptvVoYEL",
    type: "message",
    role: "assistant",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...counts, output_tokens: 1, service_tier: "standard" },
  };
  return [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...pieces().map((text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { ...counts, output_tokens: 724 },
    },
    { type: "message_stop" },
  ];
}

function ofClaude(): string {
  const events = eventsOfClaude().toSpliced(2, 0, { type: "ping" });
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8")),
  (text) => Buffer.from(text, "utf8"),
);

/** One frame of an event stream. `p` is padding, which hides how long a text is. */
function frame(type: string, payload: object): Buffer {
  const headers = { ":event-type": type, ":content-type": "application/json", ":message-type": "event" };
  const typed = Object.entries(headers).map(([name, value]) => [name, { type: "string" as const, value }] as const);
  const body = Buffer.from(JSON.stringify({ ...payload, p: "abcdefghijklmnopqrstu" }), "utf8");
  return Buffer.from(codec.encode({ headers: Object.fromEntries(typed), body }));
}

/** What InvokeModelWithResponseStream makes of Claude's events; the last one tells of the call. */
function invoked(): Buffer {
  const metrics = { inputTokenCount: 250, outputTokenCount: 724, invocationLatency: 4200, firstByteLatency: 620 };
  const events = eventsOfClaude().map((event) =>
    event.type === "message_stop" ? { ...event, "amazon-bedrock-invocationMetrics": metrics } : event,
  );
  const chunks = events.map((event) => Buffer.from(JSON.stringify(event), "utf8").toString("base64"));
  return Buffer.concat(chunks.map((bytes) => frame("chunk", { bytes })));
}

function conversed(): Buffer {
  return Buffer.concat([
    frame("messageStart", { role: "assistant" }),
    ...pieces().map((text) => frame("contentBlockDelta", { contentBlockIndex: 0, delta: { text } })),
    frame("contentBlockStop", { contentBlockIndex: 0 }),
    frame("messageStop", { stopReason: "end_turn" }),
    frame("metadata", {
      usage: { inputTokens: 250, outputTokens: 724, totalTokens: 974 },
      metrics: { latencyMs: 4200 },
    }),
  ]);
}

/** The answers in a stream, by the name of their file. */
export const streams: Readonly<Record<"gemini" | "claude" | "invoked" | "conversed", FixedStream>> = {
  gemini: { type: "text/event-stream", bytes: ofGemini() },
  claude: { type: "text/event-stream", bytes: ofClaude() },
  invoked: { type: "application/vnd.amazon.eventstream", bytes: invoked() },
  conversed: { type: "application/vnd.amazon.eventstream", bytes: conversed() },
};
