import type { Personality, ServerName } from "../personality.ts";
import { llamacpp } from "./llamacpp.ts";
import { lmstudio } from "./lmstudio.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { vllm } from "./vllm.ts";

/** Every server that can be played. */
export const personalities: Readonly<Record<ServerName, Personality>> = {
  openai,
  openrouter,
  vllm,
  ollama,
  lmstudio,
  llamacpp,
};
