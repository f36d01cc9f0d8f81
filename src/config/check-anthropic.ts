import type { Routes } from "./config.ts";
import { type Inspection, isInterpolated, membersAt, mistakeAt, shownAt } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import type { Remark } from "./report.ts";
import { isNameless, type Use } from "./use.ts";

type Provider = Routes["providers"][string];

const example = "as in { api_key: $" + "{ANTHROPIC_API_KEY} }";

/** Anthropic answers nobody without a credential of its own; behind a base URL somebody else may add it. */
export function checkAnthropic(inspection: Inspection, path: Path, provider: Provider): void {
  const has = membersAt(inspection, path);
  if (has("base_url")) checkPrefix(inspection, [...path, "base_url"], provider.base_url ?? "");
  else if (!has("auth")) {
    const message = `\`${path.at(-1)}\` needs \`auth\`, ${example}; only \`base_url\` can do without`;
    mistakeAt(inspection, path, { message, at: "key" });
  } else if (isGoogles(provider.auth)) {
    const message = `\`auth\` is a credential of Google's, which Anthropic does not know; give it its own, ${example}`;
    mistakeAt(inspection, [...path, "auth"], { message, at: "key" });
  }
}

/** The version of the path is mistaken for part of the prefix, since others have it there. */
function checkPrefix(inspection: Inspection, path: Path, text: string): void {
  const [, before] = /^(.*?)\/v1(?:\/messages)?\/*$/s.exec(text) ?? [];
  if (before === undefined) return;
  const message = "`base_url` ends before `/v1/messages`, which is appended to it";
  mistakeAt(inspection, path, { message, suggestion: isInterpolated(inspection, path) ? undefined : before });
}

function isGoogles(auth: Provider["auth"]): boolean {
  return auth === "adc" || (typeof auth === "object" && auth.service_account !== undefined);
}

/** An upstream model that Anthropic has; what is behind a base URL of one's own is not known. */
export function checkAnthropicModel(inspection: Inspection, path: Path, use: Use, provider: Provider): void {
  const shown = shownAt(inspection, path);
  if (isNameless(use)) mistakeAt(inspection, path, { message: `${shown} ends before the name of a model` });
  else if (provider.base_url === undefined) {
    const remark = remarkOn(use, shown);
    const hidden = isInterpolated(inspection, path);
    if (remark !== undefined) mistakeAt(inspection, path, hidden ? { ...remark, suggestion: undefined } : remark);
  }
}

/** Names of Claude as other places have them: a date behind an `@` at Vertex AI, a region and a revision at Bedrock. */
const atVertex = /^(.+)@(\d{8})$/;
const atBedrock = /^(?:[a-z-]+\.)?anthropic\.(claude-.+?)(?:-v\d+(?::\d+)?)?$/;

function remarkOn({ provider, upstreamModel }: Use, shown: string): Remark | undefined {
  const name = upstreamModel.replace(/^(?:publishers\/)?anthropic\//, "").replace(/^models\//, "");
  const [, family, date] = atVertex.exec(name) ?? [];
  const [, ofBedrock] = atBedrock.exec(name) ?? [];
  if (family !== undefined) {
    return { message: `${shown} is named as on Vertex AI`, suggestion: `${provider}/${family}-${date}` };
  }
  if (ofBedrock !== undefined) {
    return { message: `${shown} is named as on Bedrock`, suggestion: `${provider}/${ofBedrock}` };
  }
  const [, publisher] = /^([^/]+)\//.exec(name) ?? [];
  if (publisher === undefined) return undefined;
  return { message: `${shown} is a model of ${publisher}'s: Anthropic has its own models only` };
}
