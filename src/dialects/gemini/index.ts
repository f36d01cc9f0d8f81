import { type Dialect, defineDialect } from "../dialect.ts";
import { chat } from "./chat/index.ts";
import { toGeminiError } from "./errors.ts";

/** Google's `generateContent`, as Vertex AI and the Developer API speak it. */
export const gemini: Dialect = defineDialect({ name: "gemini", operations: { chat }, toError: toGeminiError });
