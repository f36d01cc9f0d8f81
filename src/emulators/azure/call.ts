import { isObject, type JsonObject, parseJson } from "../json.ts";
import { familyOf } from "../openai/families.ts";
import type { Problem } from "../openai/problem.ts";
import type { AzureOperation, AzureRoute } from "./route.ts";

/** What is deployed. */
export interface DeploymentOptions {
  /** Name of a deployment → its model. Absent means that every model is deployed under its own name. */
  readonly deployments?: ReadonlyMap<string, string> | undefined;
}

const noDeployment: Problem = {
  status: 404,
  message:
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
  code: "DeploymentNotFound",
};

/** How the service calls its operations. */
const operationNames: Readonly<Record<AzureOperation, string>> = {
  chat: "chatCompletion",
  completions: "completion",
  embeddings: "embeddings",
  models: "models",
};

/** Azure's own members of a request, which OpenAI's checks know nothing of. */
const own = ["data_sources", "user_security_context"];

/** A request as OpenAI's checks read it: the deployment is its model by now. */
export function openCall(
  text: string,
  { operation, deployment }: AzureRoute,
  { deployments }: DeploymentOptions,
): { readonly text: string } | { readonly problem: Problem } {
  const body = parseJson(text);
  // What is no JSON is refused where all bodies are read.
  if (!isObject(body)) return { text };
  const name = deployment ?? body["model"];
  if (typeof name !== "string") return { text };
  const model = deployments === undefined ? name.replace(/^gpt-35/, "gpt-3.5") : deployments.get(name);
  const family = model === undefined ? undefined : familyOf(model);
  if (family === undefined || model === undefined) return { problem: noDeployment };
  if (family.serves !== operation) return { problem: unsupported(operation, model) };
  const kept: JsonObject = { ...body, model };
  for (const member of own) delete kept[member];
  return { text: JSON.stringify(kept) };
}

function unsupported(operation: AzureOperation, model: string): Problem {
  const message = `The ${operationNames[operation]} operation does not work with the specified model, ${model}. Please choose different model and try again.`;
  return { status: 400, message, code: "OperationNotSupported" };
}
