import type { Personality, ServerName } from "../personality.ts";
import { deepseek } from "./deepseek.ts";
import { groq } from "./groq.ts";
import { llamacpp } from "./llamacpp.ts";
import { lmstudio } from "./lmstudio.ts";
import { mistral } from "./mistral.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { vllm } from "./vllm.ts";
import { xai } from "./xai.ts";

/** Every server that can be played. */
export const personalities: Readonly<Record<ServerName, Personality>> = {
  openai,
  openrouter,
  deepseek,
  groq,
  mistral,
  xai,
  vllm,
  ollama,
  lmstudio,
  llamacpp,
};
