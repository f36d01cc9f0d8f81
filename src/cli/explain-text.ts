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
  const times = calls === 0 ? "no upstream call" : calls === 1 ? "one upstream call" : `${calls} upstream calls`;
  const how = [stream ? "streamed" : "in one piece", times];
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
    section("told in x-specgate-changes", target.changes, paint),
    ...(refusal === undefined ? [] : [section("refused", refusalText(refusal, paint).trimEnd().split("\n"), paint)]),
    ...target.requests.map((request, index) => callText(request, index, target.requests.length, paint)),
    section("price", refusal === undefined ? priceLines(target) : [], paint),
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

/** A path that is longer has a line of its own, and what is said of it stands below. */
const widestPath = 34;

function fieldLines(fields: readonly ExplainedField[], paint: Paint): readonly string[] {
  // Of what is carried over the deepest places say all.
  const told = fields.filter(({ kind, path }) => kind !== "mapped" || !fields.some((one) => isBelow(one.path, path)));
  const short = told.filter(({ path }) => path.length <= widestPath);
  const width = Math.max(0, ...short.map(({ path }) => path.length));
  return told.flatMap((field) => {
    const [sign, style] = kinds[field.kind];
    const mark = paint(style, sign);
    const said = linesOf(field, screenWidth - width - 9);
    const fits = field.path.length <= width && said.every((line) => line.length <= screenWidth - width - 9);
    if (!fits) return [`${mark} ${field.path}`, ...linesOf(field, screenWidth - 9).map((line) => `    ${line}`)];
    const [first = "", ...rest] = said;
    return [`${mark} ${field.path.padEnd(width)}  ${first}`, ...rest.map((line) => " ".repeat(width + 4) + line)];
  });
}

const linesOf = (field: ExplainedField, width: number): readonly string[] =>
  wrapped(saidOf(field), width).map((line) => line.replace("\u00a0", " "));

const isBelow = (path: string, above: string): boolean =>
  path !== above && path.startsWith(above) && /^[.[]/.test(path.slice(above.length));

function saidOf({ path, kind, to, why, when }: ExplainedField): string {
  const condition = when === undefined ? "" : ` (${when})`;
  if (to !== undefined) return `→\u00a0${placesOf(path, to)}${condition}`;
  const verb = { reported: "dropped: ", refused: "refused: ", denied: "dropped: ", emulated: "by the gateway: " };
  const prefix = kind in verb ? Reflect.get(verb, kind) : "";
  return `${String(prefix)}${why ?? ""}${condition}`;
}

/** Where a field goes. Whether to a place or below it, as tables tell apart, the body shows. */
function placesOf(path: string, to: readonly string[]): string {
  const places = [...new Set(to.map((place) => place.replace(/\.\*\*$/, "")))];
  const isSame = places.length === 1 && places[0] === path.replaceAll(/\[\d+\]/g, "[]");
  return isSame ? "the same place" : places.join(", ");
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
  const answer = output === 0 ? "" : ` and ${output} of answer`;
  const tokens = `for about ${prompt} token${prompt === 1 ? "" : "s"} of prompt${answer}`;
  return [cost === undefined ? "not known: nobody says what this model costs" : `about ${rounded(cost)} USD`, tokens];
}

/** It is an estimate: two digits say all there is to say. */
function rounded(usd: string): string {
  return Number(usd).toLocaleString("en-US", { maximumSignificantDigits: 2, useGrouping: false });
}
