import { type Dialect, defineDialect, textUnder } from "../dialect.ts";
import { chat } from "./chat/index.ts";
import { embeddings } from "./embeddings/index.ts";
import { toGeminiError } from "./errors.ts";
import { learnsFrom } from "./learns.ts";

/** Google's `generateContent`, as Vertex AI and the Developer API speak it. */
export const gemini: Dialect = defineDialect({
  name: "gemini",
  operations: { chat, embeddings },
  toError: toGeminiError,
  learns: learnsFrom,
  answeredBy: (said) => textUnder(said, "modelVersion"),
});
