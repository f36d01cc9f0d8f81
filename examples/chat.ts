// A conversation with whatever routes.yaml serves:  npx node examples/chat.ts "Hello!"
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env["OPENAI_BASE_URL"] ?? "http://127.0.0.1:4000/v1",
  apiKey: process.env["OPENAI_API_KEY"] ?? "any", // a key of routes.yaml, where it has keys
});
const stream = await client.chat.completions.create({
  model: "gemini-2.5-flash",
  messages: [{ role: "user", content: process.argv[2] ?? "Hello!" }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
process.stdout.write("\n");
