import { anthropic } from "./anthropic/index.ts";
import { converse } from "./converse/index.ts";
import type { Dialect } from "./dialect.ts";
import { gemini } from "./gemini/index.ts";
import { openai } from "./openai/index.ts";

/** Every wire language, one line each. */
export const dialects: Readonly<Record<string, Dialect>> = { anthropic, converse, gemini, openai };
