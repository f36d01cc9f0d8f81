import { readFile } from "node:fs/promises";
import { type CommandDef, defineCommand } from "citty";
import { type Explanation, explain, type Refusal, toRefusal } from "../compat/explain.ts";
import type { Config, Environment } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import type { Output } from "./check.ts";
import { explainText, refusalText } from "./explain-text.ts";
import { loadConfig } from "./load.ts";
import { type Paint, paintFor } from "./text.ts";

const args = {
  request: { type: "positional", required: false, description: "A request as JSON: chat, completions or embeddings." },
  model: { type: "string", description: "Asks for this model instead of the request's own." },
  config: { type: "string", description: "The routes.yaml it would meet.", default: "routes.yaml" },
  json: { type: "boolean", description: "Print one JSON object instead of lines for people." },
} as const;

/**
 * `specgate explain REQUEST.json [--model M] [--config F] [--json]`: who would get a request, what becomes of each of its
 * fields, what would be sent upstream, and what it may cost. Nothing is sent, and no credential is read.
 *
 * Exit code: 0 it would be sent; 1 it would be refused, or a file cannot be read; 2 wrong usage.
 */
export function createExplainCommand(env: Environment, out: Output = process.stdout): CommandDef<typeof args> {
  return defineCommand({
    meta: { name: "explain", description: "Show what would become of a request, without sending it." },
    args,
    run: async ({ args: { request, model, config: file, json } }) => {
      if (request === undefined) {
        out.write("which request?\nusage: specgate explain REQUEST.json [--model M] [--config F] [--json]\n");
        process.exitCode = 2;
        return;
      }
      const bytes = await readFile(request).catch(() => undefined);
      const config = await loadConfig(file, env, {});
      if (bytes === undefined || typeof config === "string") {
        out.write(`${typeof config === "string" ? config : `${request}: the file cannot be read`}\n`);
        process.exitCode = 1;
        return;
      }
      const explained = await explainOrRefuse(config, bytes, model);
      out.write(json === true ? `${JSON.stringify(explained, null, 2)}\n` : toText(explained, paintFor(out, env)));
      process.exitCode = explained.refusal === undefined ? 0 : 1;
    },
  });
}

/** An explanation, or nothing but a refusal. */
type Explained = Explanation | { readonly refusal: Refusal };

const toText = (explained: Explained, paint: Paint): string =>
  "targets" in explained ? explainText(explained, paint) : refusalText(explained.refusal, paint);

/** The explanation, or what the client would be told before any upstream is thought of. */
async function explainOrRefuse(config: Config, bytes: Buffer, model: string | undefined): Promise<Explained> {
  try {
    return await explain(config, bytes, { model });
  } catch (thrown) {
    if (thrown instanceof GatewayError) return { refusal: toRefusal(thrown) };
    throw thrown;
  }
}
