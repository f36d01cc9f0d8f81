import { writeFileSync } from "node:fs";
import { join } from "node:path";

const sentence = "The quick brown fox jumps over the lazy dog. ";

/** A chat request of 1.1 KB. */
export function chatRequest(model: string, stream: boolean): string {
  return JSON.stringify({
    model,
    temperature: 0.5,
    max_tokens: 4096,
    ...(stream ? { stream } : {}),
    messages: [
      { role: "system", content: "You are a helpful assistant." },
      { role: "user", content: sentence.repeat(20) },
    ],
  });
}

/** Writes a request into the folder, where wrk finds it. */
export function writeRequest(folder: string, model: string, stream: boolean): string {
  const file = join(folder, `${model}${stream ? "-stream" : ""}.json`);
  writeFileSync(file, chatRequest(model, stream));
  return file;
}

const agentMessages = 200;
const agentTools = 40;

/** Of the whole request, to the byte. */
const agentBytes = 283_000;

/**
 * What a coding agent sends in the middle of its work: a long prompt, 40 tools, and 200 messages that call them, read
 * their output and go on.
 */
export function agentRequest(model: string): string {
  const bare = agentWith(model, 0, 0);
  const room = agentBytes - JSON.stringify(bare).length;
  const outputs = bare.messages.filter(({ role }) => role === "tool").length;
  return JSON.stringify(agentWith(model, Math.floor(room / outputs), room % outputs));
}

function agentWith(model: string, outputBytes: number, rest: number) {
  const turns = Math.floor((agentMessages - 2) / 3);
  const messages = [
    { role: "system", content: sentence.repeat(180) },
    ...Array.from({ length: turns }, (_, at) => turn(at, "x".repeat(outputBytes + (at === 0 ? rest : 0)))).flat(),
    { role: "user", content: "Go on." },
  ];
  return { model, max_tokens: 8192, tool_choice: "auto", tools: Array.from({ length: agentTools }, tool), messages };
}

function turn(at: number, output: string) {
  const id = `call_${String(at).padStart(24, "0")}`;
  const path = { path: `src/folder-${at % 7}/file-${at}.ts`, from_line: at, to_line: at + 80 };
  const call = { id, type: "function", function: { name: `tool_${at % agentTools}`, arguments: JSON.stringify(path) } };
  return [
    { role: "user", content: `Step ${at}: look at the next file. ${sentence}` },
    { role: "assistant", content: `I will read it. ${sentence}`, tool_calls: [call] },
    { role: "tool", tool_call_id: id, content: toLines(output) },
  ];
}

/** Output of tools has line breaks and quotes, which cost an escape each; the length in JSON stays the same. */
function toLines(output: string): string {
  return output.replace(/x{60}/g, (line) => `  const "value" = read(file);\n${line.slice(0, 27)}`);
}

function tool(_: unknown, at: number) {
  return {
    type: "function",
    function: {
      name: `tool_${at}`,
      description: `Tool ${at}. ${sentence.repeat(6)}`,
      parameters: {
        type: "object",
        properties: {
          path: { type: "string", description: `The file. ${sentence}` },
          from_line: { type: "integer", minimum: 0, description: "The first line." },
          to_line: { type: "integer", minimum: 0, description: "The last line." },
          mode: { type: "string", enum: ["read", "write", "append"], description: "What to do." },
          options: {
            type: "object",
            properties: {
              recursive: { type: "boolean" },
              patterns: { type: "array", items: { type: "string" }, maxItems: 20 },
            },
            required: ["recursive"],
          },
        },
        required: ["path"],
      },
    },
  };
}
