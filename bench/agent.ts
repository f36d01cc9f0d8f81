/**
 * The CPU time of what Specgate does with the body of a large request before it is sent on, without sockets, beside
 * JSON.parse and JSON.stringify of the same text. Prints microseconds per request, round by round.
 *
 *   node bench/agent.ts ROUNDS ROUTES_YAML
 */

import { interleave } from "../scripts/bench/figures.ts";
import { agentRequest } from "../scripts/bench/requests.ts";
import { loadRoutes } from "../src/config/load.ts";
import { parseObject } from "../src/http/json.ts";
import { parseChat } from "../src/operations/chat.ts";
import { denyParams } from "../src/operations/deny.ts";
import { createRouter } from "../src/routing/resolve.ts";
import { createNoCredential } from "../src/upstream/auth/none.ts";
import { createEncode } from "../src/upstream/encode.ts";
import { loadDialectsOf, prepareTarget } from "../src/upstream/target.ts";

const [rounds = "5", routes = "routes.yaml"] = process.argv.slice(2);
const perRound = 40;
const warmUp = 100;

const loaded = await loadRoutes(routes, {});
if (!("config" in loaded)) throw new Error(loaded.mistakes.map(({ message }) => message).join("; "));
await loadDialectsOf(loaded.config);
const router = createRouter(loaded.config, (deployment, upstreamModel) =>
  prepareTarget(deployment, upstreamModel, createNoCredential()),
);

/** The steps of src/gateway.ts and src/upstream/attempt.ts that touch the body, in their order. */
function throughGateway(model: string): () => number {
  const bytes = Buffer.from(agentRequest(model));
  return () => {
    const body = parseObject(bytes);
    const { model: served, targets, requestedModel } = router.resolve(Reflect.get(body, "model"), 0);
    const call = parseChat(body, requestedModel);
    const { request } = denyParams(call.request, served.paramsDeny, served.unsupported, call.toClientPath);
    const [target] = targets;
    if (target?.chat === undefined) throw new Error(`${model} serves no chat`);
    const { upstreamModel, host, chat } = target;
    const facts = { upstreamModel, host, responseModel: requestedModel, callId: "0", createdSec: 0 };
    chat.audit(request, facts, served.unsupported);
    return createEncode(1)(request, target, chat.operation.open(request, facts, "unary").body).length;
  };
}

function parseAndStringify(): () => number {
  const text = agentRequest("gpt-4o");
  return () => JSON.stringify(JSON.parse(text)).length;
}

const ways = [
  { name: "plain", work: parseAndStringify() },
  { name: "passThrough", work: throughGateway("gpt-4o") },
  { name: "gemini", work: throughGateway("gemini-2.5-flash") },
].map((way) => ({ ...way, cpuUs: [] as number[] }));

for (const { work } of ways) for (let i = 0; i < warmUp; i++) work();
for (const round of interleave(ways, Number(rounds))) {
  for (const { work, cpuUs } of round) {
    const before = process.cpuUsage();
    for (let i = 0; i < perRound; i++) work();
    const { user, system } = process.cpuUsage(before);
    cpuUs.push((user + system) / perRound);
  }
}
console.log(JSON.stringify(Object.fromEntries(ways.map(({ name, cpuUs }) => [name, cpuUs]))));
