import { type Dialect, defineDialect, textUnder } from "../dialect.ts";
import { chat } from "./chat/index.ts";
import { completions } from "./completions/index.ts";
import { embeddings } from "./embeddings/index.ts";
import { toOpenAIError } from "./errors.ts";

/** The client's own language, as OpenAI and the servers compatible with it speak it. */
export const openai: Dialect = defineDialect({
  name: "openai",
  operations: { chat, completions, embeddings },
  toError: toOpenAIError,
  answeredBy: (said) => textUnder(said, "model"),
});
