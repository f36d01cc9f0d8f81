import { checkAdmin } from "./check-admin.ts";
import { checkCors } from "./check-cors.ts";
import { checkWait } from "./check-timeouts.ts";
import type { Routes } from "./config.ts";
import { type Inspection, mistakeAt, namesIn, shownAt, unknownName, wasRemoved } from "./inspection.ts";
import { isServed } from "./is-served.ts";
import { meansKeys } from "./lets-in.ts";
import { isLoopback } from "./loopback.ts";
import { memberOf } from "./tree.ts";
import { parseSize } from "./units.ts";

type Server = NonNullable<Routes["server"]>;

/** Where the gateway listens, and that it does not let the world in by accident. */
export function checkServer(inspection: Inspection): void {
  const server = inspection.routes.server ?? {};
  if (server.host?.trim() === "") mistakeAt(inspection, ["server", "host"], { message: "`host` must not be empty" });
  else checkExposure(inspection, server);
  checkDefaultModel(inspection, server.default_model);
  checkMaxBody(inspection, server.max_body);
  checkWait(inspection, ["server", "drain"], server.drain, "may be zero");
  checkCors(inspection);
  checkAdmin(inspection);
}

function checkMaxBody(inspection: Inspection, text: string | undefined): void {
  const size = parseSize(text ?? "1B");
  const isZero = "value" in size && size.value === 0;
  if (isZero) mistakeAt(inspection, ["server", "max_body"], { message: "`max_body` must be more than zero" });
}

function checkExposure(inspection: Inspection, server: Server): void {
  const hasKeys = meansKeys(inspection);
  const mayHaveSome = hasKeys || memberOf(inspection.tree, "database") !== undefined;
  if (server.auth === "keys" && !mayHaveSome) {
    const message = "`auth: keys` needs at least one key under `keys`, or a database that holds some";
    mistakeAt(inspection, ["server", "auth"], { message });
  }
  if (server.auth === "none" && hasKeys) warnOfUnusedKeys(inspection);
  if (server.auth !== undefined || hasKeys || wasRemoved(inspection, ["server"], "auth")) return;
  if (server.host === undefined || isLoopback(server.host)) return;
  const host = shownAt(inspection, ["server", "host"]);
  const remedy = "add `keys`, or write `auth: none` under `server` to let anybody in";
  const message = `${host} can be reached from other machines, and no keys are configured; ${remedy}`;
  mistakeAt(inspection, ["server", "host"], { message });
}

function warnOfUnusedKeys({ tree, report }: Inspection): void {
  const auth = memberOf(memberOf(tree, "server"), "auth");
  const keys = memberOf(tree, "keys") === undefined ? "keys of the admin API" : "the keys below `keys`";
  const message = `\`auth: none\` lets anybody in, so ${keys} are not asked for`;
  if (auth !== undefined) report.warning(auth, { message });
}

function checkDefaultModel(inspection: Inspection, name: string | undefined): void {
  const path = ["server", "default_model"];
  if (name === undefined) return;
  const models = namesIn(inspection, "models");
  const aliases = namesIn(inspection, "aliases");
  if (name.endsWith("*") && models.includes(name)) {
    const message = "`default_model` is one model, and this names many; write one of their names";
    mistakeAt(inspection, path, { message });
  } else if (!aliases.includes(name) && !isServed(name, models)) {
    const plain = [...models, ...aliases].filter((one) => !one.endsWith("*"));
    const { message, suggestion } = unknownName(inspection, path, name, plain);
    const shown = shownAt(inspection, path);
    mistakeAt(inspection, path, { message: `no model or alias is named ${shown}${message}`, suggestion });
  }
}
