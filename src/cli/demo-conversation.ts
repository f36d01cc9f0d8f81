import type OpenAI from "openai";
import type { Output } from "./check.ts";

type Message = OpenAI.Chat.ChatCompletionMessageParam;

const tools: OpenAI.Chat.ChatCompletionTool[] = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather in a city, now.",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
];

/** A short conversation with OpenAI's SDK: a plain answer, a streamed one, and a tool that is called and answered. */
export async function converse(client: OpenAI, model: string, out: Output): Promise<void> {
  await askPlainly(client, model, out);
  await askForStream(client, model, out);
  await askWithTools(client, model, out);
}

async function askPlainly(client: OpenAI, model: string, out: Output): Promise<void> {
  const content = "What is an API gateway, in one sentence?";
  out.write(`── a plain answer ──\nyou    ${content}\n`);
  const answer = await client.chat.completions.create({ model, messages: [{ role: "user", content }] });
  const { usage } = answer;
  out.write(`model  ${answer.choices[0]?.message.content}\n`);
  out.write(`       ${usage?.prompt_tokens} tokens in, ${usage?.completion_tokens} out\n\n`);
}

async function askForStream(client: OpenAI, model: string, out: Output): Promise<void> {
  const content = "Tell me something about rivers.";
  out.write(`── a streamed answer, a bar between its pieces ──\nyou    ${content}\nmodel  `);
  const stream = await client.chat.completions.create({ model, messages: [{ role: "user", content }], stream: true });
  for await (const chunk of stream) {
    const piece = chunk.choices[0]?.delta.content;
    if (piece) out.write(`${piece}|`);
  }
  out.write("\n\n");
}

async function askWithTools(client: OpenAI, model: string, out: Output): Promise<void> {
  const messages: Message[] = [{ role: "user", content: "What is the weather in Paris?" }];
  out.write("── a tool loop ──\nyou    What is the weather in Paris?\n");
  for (let turn = 0; turn < 4; turn++) {
    const answer = await client.chat.completions.create({ model, messages, tools });
    const message = answer.choices[0]?.message;
    if (message?.tool_calls === undefined) {
      out.write(`model  ${message?.content}\n`);
      return;
    }
    messages.push(message);
    for (const call of message.tool_calls) {
      if (call.type !== "function") continue;
      const content = JSON.stringify({ temperature_c: 18, sky: "clear" });
      out.write(`model  calls ${call.function.name}(${call.function.arguments})\ntool   ${content}\n`);
      messages.push({ role: "tool", tool_call_id: call.id, content });
    }
  }
  throw new Error("the model never stopped calling tools");
}
