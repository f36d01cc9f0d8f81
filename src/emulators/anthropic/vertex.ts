import type { ReceivedRequest } from "../serve.ts";
import { type AuthOptions, checkAuth } from "../vertex/auth.ts";
import { texts as googleTexts } from "../vertex/texts.ts";
import type { Reply } from "../write.ts";
import { betasOf } from "./auth.ts";
import { isVertexModel } from "./models.ts";
import { fromGoogle, refusal } from "./refusals.ts";
import { replyRefused } from "./reply.ts";
import { respond, type Setting } from "./respond.ts";
import type { VertexRoute } from "./route.ts";
import { vertexSurface } from "./surface.ts";

/** How Claude behaves on Vertex AI. */
export interface VertexClaudeOptions extends AuthOptions {
  /** Whether the organisation allows answers and tools that are held to a schema. */
  readonly structuredOutputs?: boolean | undefined;
}

/** Answers what is asked of Claude on Vertex AI. Google stands in front of it, with errors of its own. */
export function respondVertex(
  request: ReceivedRequest,
  route: VertexRoute,
  options: VertexClaudeOptions,
  setting: Setting,
): Reply {
  const { operation, stream, version, project, location, model } = route;
  const surface = vertexSurface(options.structuredOutputs === true);
  const google = { operation: "predict", express: false, publisher: "anthropic" } as const;
  const refused = checkAuth(request, { ...google, stream, version, model, project, location }, options);
  if (refused !== undefined) {
    return replyRefused({ ...refusal(refused.status), google: refused.body }, surface);
  }
  if (operation === "message" && !isVertexModel(model)) {
    const name = `projects/${project}/locations/${location}/publishers/anthropic/models/${model}`;
    return replyRefused(fromGoogle(404, googleTexts.model(name)), surface);
  }
  const path = operation === "count" ? undefined : { model, stream };
  const { text, headers } = request;
  return respond({ text, surface, operation, path, version: "", betas: betasOf(headers) }, setting);
}
