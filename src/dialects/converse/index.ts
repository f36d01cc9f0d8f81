import { type Dialect, defineDialect } from "../dialect.ts";
import { chat } from "./chat/index.ts";
import { embeddings } from "./embeddings/index.ts";
import { toConverseError } from "./errors.ts";
import { learnsFrom } from "./learns.ts";

/** Amazon Bedrock's Converse, for every model there but Claude; vectors in the forms of their makers. */
export const converse: Dialect = defineDialect({
  name: "converse",
  operations: { chat, embeddings },
  toError: toConverseError,
  learns: learnsFrom,
});
