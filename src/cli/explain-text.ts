import type { ExplainedField, ExplainedTarget, Explanation, Refusal } from "../compat/explain.ts";
import type { ExplainedCall } from "../compat/explain-call.ts";
import { type Paint, type Style, screenWidth, wrapped } from "./text.ts";

/** An explanation for a terminal. */
export function explainText(explanation: Explanation, paint: Paint): string {
  const { targets, refusal } = explanation;
  const able = targets.filter(({ serves }) => serves);
  const parts = [
    headOf(explanation, paint),
    ...targets.map((target, at) => targetText(target, at, paint)),
    ...(refusal !== undefined && able.length === 0 ? [refusalText(refusal, paint).trimEnd()] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** A refusal for a terminal, as the client would get it. */
export function refusalText({ status, body }: Refusal, paint: Paint): string {
  return `${paint("red", `refused with ${status}`)}\n${JSON.stringify(body, null, 2)}\n`;
}

function headOf({ path, requestedModel, model, strategy, stream, calls, targets }: Explanation, paint: Paint): string {
  const name = requestedModel === model ? model : `${requestedModel} → ${model}`;
  const how = [stream ? "streamed" : "in one piece", calls === 1 ? "one upstream call" : `${calls} upstream calls`];
  const order =
    targets.length === 1
      ? []
      : [
          strategy === "weighted"
            ? `${targets.length} deployments, by weight`
            : `${targets.length} deployments, in this order`,
        ];
  return `${paint("bold", `POST ${path}  ${name}`)}\n${paint("dim", [...how, ...order].join(", "))}`;
}

function targetText(target: ExplainedTarget, at: number, paint: Paint): string {
  const { deployment, dialect, host, share, serves, refusal } = target;
  const part = share === undefined ? "" : `, ${Math.round(share * 100)} % of requests`;
  const head = `${paint("bold", `${at + 1}. ${deployment}`)}${paint("dim", `  ${dialect} at ${host}${part}`)}`;
  if (!serves) return `${head}\n   does not serve this operation; the next one is asked`;
  const sections = [
    section("fields", fieldLines(target.fields, paint), paint),
    section("told", target.changes, paint),
    ...(refusal === undefined ? [] : [section("refused", refusalText(refusal, paint).trimEnd().split("\n"), paint)]),
    ...target.requests.map((request, index) => callText(request, index, target.requests.length, paint)),
    section("price", priceLines(target), paint),
  ];
  return [head, ...sections.filter((text) => text !== "")].join("\n");
}

/** A heading and its lines, or nothing. */
function section(title: string, lines: readonly string[], paint: Paint): string {
  if (lines.length === 0) return "";
  return [`   ${paint("cyan", title)}`, ...lines.map((line) => (line === "" ? "" : `     ${line}`))].join("\n");
}

const kinds: Readonly<Record<ExplainedField["kind"], readonly [sign: string, style: Style]>> = {
  mapped: ["✓", "green"],
  emulated: ["◆", "green"],
  gateway: ["◆", "green"],
  ignored: ["·", "dim"],
  nothing: ["·", "dim"],
  reported: ["○", "yellow"],
  denied: ["○", "yellow"],
  refused: ["✗", "red"],
};

/** Past this column a path makes the line of its own. */
const widestPath = 34;

function fieldLines(fields: readonly ExplainedField[], paint: Paint): readonly string[] {
  // Of what is carried over the deepest places say all.
  const told = fields.filter(({ kind, path }) => kind !== "mapped" || !fields.some((one) => isBelow(one.path, path)));
  const width = Math.min(widestPath, Math.max(0, ...told.map(({ path }) => path.length)));
  return told.flatMap((field) => {
    const [sign, style] = kinds[field.kind];
    const mark = paint(style, sign);
    const said = wrapped(saidOf(field), screenWidth - width - 9).map((line) => line.replace("\u00a0", " "));
    const beside = said.map((line) => `${" ".repeat(width + 4)}${line}`);
    if (field.path.length > width) return [`${mark} ${field.path}`, ...beside];
    return [`${mark} ${field.path.padEnd(width)}  ${said[0] ?? ""}`, ...beside.slice(1)];
  });
}

const isBelow = (path: string, above: string): boolean =>
  path !== above && path.startsWith(above) && /^[.[]/.test(path.slice(above.length));

function saidOf({ kind, to, why, when }: ExplainedField): string {
  const condition = when === undefined ? "" : ` (${when})`;
  if (to !== undefined) return `→\u00a0${to.join(", ")}${condition}`;
  const verb = { reported: "dropped: ", refused: "refused: ", denied: "dropped: ", emulated: "by the gateway: " };
  const prefix = kind in verb ? Reflect.get(verb, kind) : "";
  return `${String(prefix)}${why ?? ""}${condition}`;
}

function callText({ method, url, headers, body, times }: ExplainedCall, at: number, of: number, paint: Paint): string {
  const count = [of > 1 ? `${at + 1} of ${of}` : "", times > 1 ? `${times} times` : ""].filter((text) => text !== "");
  const title = count.length === 0 ? "sent" : `sent, ${count.join(", ")}`;
  const lines = Object.entries(headers).map(([name, value]) => `${paint("dim", `${name}:`)} ${value}`);
  const shown = JSON.stringify(body, shortened, 2).split("\n");
  return section(title, [`${method} ${url}`, ...lines, "", ...shown], paint);
}

const longestText = 400;

/** Long texts and bytes would flood a terminal; as JSON they are whole. */
function shortened(_name: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length <= longestText) return value;
  return `${value.slice(0, longestText)}… (${value.length} characters)`;
}

function priceLines({ estimate }: ExplainedTarget): readonly string[] {
  if (estimate === undefined) return [];
  const { prompt_tokens: prompt, output_tokens: output, cost_usd: cost } = estimate;
  const tokens = `for about ${prompt} tokens of prompt and up to ${output} of answer`;
  return [cost === undefined ? "not known" : `at most about ${cost} USD`, tokens];
}
