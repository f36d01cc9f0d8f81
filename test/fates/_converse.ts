import fc from "../_fc.ts";
import { anthropicSurroundings, anthropicValues } from "./_anthropic.ts";
import type { ValuesByPath } from "./_arbitrary.ts";
import type { SurroundingsByPath } from "./_surroundings.ts";

const some = (make: (n: number) => unknown): fc.Arbitrary<unknown> => fc.nat().map(make);

/** Values of requests as Bedrock reads them. */
export const converseValues: ValuesByPath = [
  [/file\.file_id$/, some((n) => `s3://bucket/${n}.pdf`)],
  [/^stop$/, fc.constantFrom<unknown>("END", ["END", "STOP"])],
  [/input_audio\.format$/, fc.constantFrom("wav", "mp3")],
  [
    /<assistant>\.reasoning_details$/,
    some((n) => [{ type: "reasoning.encrypted", data: Buffer.from(`${n}`).toString("base64") }]),
  ],
  ...anthropicValues,
];

const pdf = `data:application/pdf;base64,${Buffer.from("%PDF-1.7").toString("base64")}`;
const file = { file_data: pdf };
const call = { id: "call_x", type: "function", function: { name: "look_up", arguments: "{}" } };
const film = { url: "data:video/mp4;base64,AAAAIGZ0eXA=" };

/** What fields of requests need around them to mean something to Bedrock. */
export const converseSurroundings: SurroundingsByPath = [
  [/video_url\.(?:format|mime_type|detail)$/, { beside: { "messages[]<user>.content[]<video_url>.video_url": film } }],
  [/<video_url>/, { beside: { "messages[]<user>.content[]<video_url>": { video_url: film } } }],
  [
    /^messages\[\]<tool>.*file\.filename$/,
    {
      half: { before: [{ role: "assistant", tool_calls: [call] }] },
      beside: { "messages[]<tool>": { tool_call_id: "call_x" }, "messages[]<tool>.content[]<file>.file": file },
    },
  ],
  [/file\.filename$/, { beside: { "messages[]<user>.content[]<file>.file": file } }],
  ...anthropicSurroundings,
];

/** Values of requests for vectors: lengths that most models have. */
export const vectorValues: ValuesByPath = [
  [/^dimensions$/, fc.constantFrom(256, 1024)],
  [/^truncate$/, fc.constantFrom<unknown>(true, "END")],
  [/^task_?[tT]ype$/, fc.constantFrom("CLASSIFICATION", "RETRIEVAL_QUERY", "CLUSTERING")],
  [/^input_type$/, fc.constantFrom("query", "search_query", "classification")],
  [/^input$/, fc.stringMatching(/^[a-z]{4,10}$/)],
];
