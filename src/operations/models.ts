import { GatewayError } from "../errors.ts";
import type { Model } from "./types.ts";

interface Named {
  readonly id: string;
  readonly ownedBy: string;
}

/** `GET /v1/models`. `createdSec`: clients want an integer; the models are as old as this configuration. */
export function toModelList(models: readonly Named[], createdSec: number): { object: "list"; data: Model[] } {
  return { object: "list", data: models.map((model) => toEntry(model, createdSec)) };
}

/** `GET /v1/models/{model}`. Fails: throws `model_not_found` for a name that nobody owns. */
export function toModel(id: string, ownedBy: string | undefined, createdSec: number): Model {
  if (ownedBy === undefined) throw notFound(id);
  return toEntry({ id, ownedBy }, createdSec);
}

/** `DELETE /v1/models/{model}`. Fails: always; throws `model_not_found`, or `permission_denied` for a model there is. */
export function deleteModel(id: string, ownedBy: string | undefined): never {
  if (ownedBy === undefined) throw notFound(id);
  throw new GatewayError("permission_denied", `The model '${id}' is set in routes.yaml, and cannot be deleted here.`);
}

function notFound(id: string): GatewayError {
  const message = `The model '${id}' does not exist or you do not have access to it.`;
  return new GatewayError("model_not_found", message, { param: "model" });
}

function toEntry(model: Named, createdSec: number): Model {
  return { id: model.id, object: "model", created: createdSec, owned_by: model.ownedBy };
}
