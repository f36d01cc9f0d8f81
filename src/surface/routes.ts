import type { IncomingHttpHeaders } from "node:http";
import type { Exchange, Gateway, Served } from "../gateway.ts";
import { sendEmpty, sendJson, sendText } from "../http/reply.ts";
import type { MeteredOperation } from "../metrics/metrics.ts";
import { deleteModel, toModel, toModelList } from "../operations/models.ts";
import type { Access, Handle, Route } from "./route.ts";

/** The page that Prometheus reads. */
export interface MetricsPage {
  readonly access: Access;
  readonly scrape: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** The matrix of what becomes of requests, as JSON text and its tag. */
export interface CompatPage {
  readonly text: string;
  readonly etag: string;
}

/** What the routes answer from. */
export interface RouteDeps {
  readonly gateway: Gateway;
  /** Names clients can use, and who serves them. */
  readonly models: () => readonly { readonly id: string; readonly ownedBy: string }[];
  /** Who serves a name, wildcards included; undefined when nobody does. */
  readonly ownerOf: (name: string) => string | undefined;
  /** The published matrix, or that of one model. Fails: throws `model_not_found` for a name that nobody serves. */
  readonly compat: (model: string | undefined) => Promise<CompatPage>;
  readonly version: string;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
  /** Unix seconds at start. */
  readonly startedSec: number;
  /** True from the moment the process is asked to stop. */
  readonly isDraining: () => boolean;
  /** What keeps the gateway from doing all it should, in words for its operator; undefined where nobody needs to look. */
  readonly troubles: (() => Promise<readonly string[]>) | undefined;
  readonly metrics: MetricsPage;
  /** What the master key sees in `/health` besides; undefined where there is no admin API. */
  readonly healthDetail: ((headers: IncomingHttpHeaders) => Promise<object | undefined>) | undefined;
}

/** The HTTP surface as a table. HEAD and OPTIONS are answered for every line of it. */
export function createRoutes(deps: RouteDeps): readonly Route[] {
  const { gateway, ownerOf, startedSec } = deps;
  /** A model that the caller may not ask for is to them one that nobody serves. */
  const ownerFor = ({ caller }: Exchange, name: string): string | undefined =>
    caller.mayAsk?.(name) === false ? undefined : ownerOf(name);
  const uptimeSec = (): number => Math.floor(deps.monotonicMs() / 1000);
  const wellness = (reasons: readonly string[]): object => ({
    status: reasons.length > 0 ? "degraded" : "healthy",
    version: deps.version,
    uptime_seconds: uptimeSec(),
    ...(reasons.length > 0 && { reasons }),
  });
  const { troubles, healthDetail } = deps;
  const health: Handle = async (exchange) => {
    const reasons = (await troubles?.()) ?? [];
    const detail = await healthDetail?.(exchange.request.headers);
    return reply(exchange, 200, { ...wellness(reasons), ...detail });
  };
  const alive = say(() => ({ status: "alive" }));
  const ready: Handle = (exchange) =>
    deps.isDraining() ? reply(exchange, 503, { status: "draining" }) : reply(exchange, 200, { status: "ready" });
  return [
    ...operation("chat", "/chat/completions", gateway.chat),
    ...operation("completions", "/completions", gateway.completions),
    ...operation("embeddings", "/embeddings", gateway.embeddings),
    open(
      "/",
      say(() => ({ name: "specgate", version: deps.version })),
    ),
    open("/health", health),
    open("/healthz", health),
    open("/health/live", alive),
    open("/health/ready", ready),
    open("/health/readiness", ready),
    open("/health/liveliness", alive),
    open("/health/liveness", alive),
    metricsPage(deps.metrics),
    { method: "GET", path: "/compat", access: "key", handle: compatPage(deps.compat) },
    {
      method: "GET",
      path: "/models",
      access: "key",
      operation: "models",
      handle: (exchange) => {
        const { mayAsk } = exchange.caller;
        const models = deps.models();
        const allowed = mayAsk === undefined ? models : models.filter(({ id }) => mayAsk(id));
        return reply(exchange, 200, toModelList(allowed, startedSec));
      },
    },
    {
      method: "GET",
      path: "/models/**",
      access: "key",
      operation: "models",
      handle: (exchange, name) => reply(exchange, 200, toModel(name, ownerFor(exchange, name), startedSec)),
    },
    {
      method: "DELETE",
      path: "/models/**",
      access: "key",
      handle: (exchange, name) => deleteModel(name, ownerFor(exchange, name)),
    },
  ];
}

/** An operation on a model, by OpenAI's path and by Azure's, where the deployment is the model. */
function operation(
  name: MeteredOperation,
  path: string,
  run: (exchange: Exchange) => Promise<Served>,
): readonly Route[] {
  return [
    { method: "POST", path, access: "key", operation: name, handle: run },
    {
      method: "POST",
      path: `/deployments/**${path}`,
      access: "key",
      operation: name,
      handle: (exchange, model) => run({ ...exchange, model }),
    },
  ];
}

function open(path: string, handle: Handle): Route {
  return { method: "GET", path, access: "public", handle };
}

function metricsPage({ access, scrape }: MetricsPage): Route {
  const handle = async ({ response, headers }: Exchange): Promise<undefined> => {
    const { contentType, text } = await scrape();
    sendText(response, 200, text, headers, contentType);
  };
  return { method: "GET", path: "/metrics", access, handle };
}

/** Who has it already hears so: the matrix changes with the version and the config alone. */
function compatPage(pageOf: RouteDeps["compat"]): Handle {
  return async ({ request, response, headers }) => {
    const { searchParams } = new URL(request.url ?? "/", "http://gateway");
    const { text, etag } = await pageOf(searchParams.get("model") ?? undefined);
    const tagged = { ...headers, etag };
    if (request.headers["if-none-match"]?.includes(etag) === true) sendEmpty(response, 304, tagged);
    else sendJson(response, 200, text, tagged);
    return undefined;
  };
}

function say(value: () => object): Handle {
  return (exchange) => reply(exchange, 200, value());
}

function reply({ response, headers }: Exchange, status: number, value: object): undefined {
  sendJson(response, status, JSON.stringify(value), headers);
}
