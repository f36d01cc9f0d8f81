import { type Dialect, defineDialect, textUnder } from "../dialect.ts";
import { chat } from "./chat/index.ts";
import { toAnthropicError } from "./errors.ts";
import { learnsFrom } from "./learns.ts";

/** Anthropic's Messages API, as Anthropic itself and Vertex AI speak it. */
export const anthropic: Dialect = defineDialect({
  name: "anthropic",
  operations: { chat },
  toError: toAnthropicError,
  learns: learnsFrom,
  // A stream says it in its first event, within the message that begins.
  answeredBy: (said) => textUnder(said, "model") ?? textUnder(Reflect.get(Object(said), "message"), "model"),
});
