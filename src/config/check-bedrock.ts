import { toBedrockModel } from "./bedrock-model.ts";
import type { ProviderType, Routes } from "./config.ts";
import { type Inspection, isInterpolated, membersAt, mistakeAt, shownAt } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import type { Remark } from "./report.ts";
import { suggest } from "./suggest.ts";
import { find, memberOf } from "./tree.ts";
import { isNameless, type Use } from "./use.ts";

type Provider = Routes["providers"][string];

/** Where Bedrock is, as far as it is known here; there may be more by now. */
const regions = [
  ...[
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "ca-central-1",
    "ca-west-1",
  ],
  ...[
    "mx-central-1",
    "sa-east-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
  ],
  ...[
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "af-south-1",
    "ap-east-2",
    "ap-northeast-1",
  ],
  ...["ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2"],
  ...["ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7"],
];

const regionShape = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/;

/** The region is part of the host's name and of every signature. */
export function checkBedrock(inspection: Inspection, path: Path, provider: Provider): void {
  const has = membersAt(inspection, path);
  if (!has("region")) {
    const message = `\`${path.at(-1)}\` needs \`region\`, the AWS region to call, as in us-east-1`;
    mistakeAt(inspection, path, { message, at: "key" });
  }
  if ("region" in provider) checkRegion(inspection, [...path, "region"], provider.region);
  if (isOfOthers(provider.auth)) {
    const message =
      "`auth` is a credential that Amazon does not know; take aws, or a Bedrock API key as in { api_key: $" +
      "{AWS_BEARER_TOKEN_BEDROCK} }";
    mistakeAt(inspection, [...path, "auth"], { message, at: "key" });
  }
  checkPrefix(inspection, [...path, "base_url"], provider.base_url ?? "");
}

function checkRegion(inspection: Inspection, path: Path, region: string | undefined): void {
  if (region === undefined || regions.includes(region)) return;
  const hidden = isInterpolated(inspection, path);
  const near = hidden ? undefined : suggest(region.replace(/^([a-z]{2}-[a-z]+-\d)[a-z]$/, "$1"), regions);
  if (!regionShape.test(region)) {
    const message = `\`region\` cannot be ${shownAt(inspection, path)}; write it as in us-east-1`;
    mistakeAt(inspection, path, { message, suggestion: near });
  } else if (near !== undefined && !regions.some((known) => areaOf(known) === areaOf(region))) {
    const entry = find(inspection.tree, path);
    const message = `${shownAt(inspection, path)} is no region of Bedrock's that is known here`;
    if (entry !== undefined) inspection.report.warning(entry, { message, suggestion: near });
  }
}

/** Areas get further regions more often than there are new areas. */
const areaOf = (region: string): string => region.replace(/\d+$/, "");

/** Google's and Microsoft's credentials mean nothing to Amazon; behind a base URL somebody else may want them. */
function isOfOthers(auth: Provider["auth"]): boolean {
  return auth === "adc" || auth === "entra" || (typeof auth === "object" && auth.service_account !== undefined);
}

/** What is appended is mistaken for part of the prefix. */
function checkPrefix(inspection: Inspection, path: Path, text: string): void {
  const [, before] = /^(.*?)\/model(?:\/.*)?$/s.exec(text) ?? [];
  if (before === undefined) return;
  const message = "`base_url` ends before `/model`, which is appended to it";
  mistakeAt(inspection, path, { message, suggestion: isInterpolated(inspection, path) ? undefined : before });
}

/** The types whose requests can be signed with keys of AWS's. */
const signed: Readonly<Partial<Record<ProviderType, true>>> = { bedrock: true };

/** A signature is for a service of Amazon's, and no other host can make anything of it. */
export function checkSigning(inspection: Inspection, path: Path, provider: Provider): void {
  if (provider.auth !== "aws" || signed[provider.type] === true) return;
  const message = "`auth: aws` signs requests for Amazon Bedrock; only a provider of type bedrock takes it";
  mistakeAt(inspection, [...path, "auth"], { message });
}

/** An upstream model that Bedrock has, in the region of this provider. */
export function checkBedrockModel(inspection: Inspection, path: Path, use: Use, provider: Provider): void {
  const shown = shownAt(inspection, path);
  const region = "region" in provider ? provider.region : undefined;
  const remark = isNameless(use)
    ? { message: `${shown} ends before the name of a model` }
    : remarkOn(use, { shown, region, isFar: provider.base_url === undefined });
  if (remark === undefined) warnOfSilence(inspection, path, use);
  else mistakeAt(inspection, path, isInterpolated(inspection, path) ? { ...remark, suggestion: undefined } : remark);
}

interface Around {
  readonly shown: string;
  readonly region: string | undefined;
  /** It is Bedrock itself that is called. */
  readonly isFar: boolean;
}

function remarkOn({ provider, upstreamModel }: Use, { shown, region, isFar }: Around): Remark | undefined {
  const named = toBedrockModel(upstreamModel);
  if (named.region !== undefined && region !== undefined && named.region !== region) {
    return {
      message: `${shown} is of the region ${named.region}, and \`${provider}\` calls ${region}; give it a provider of its own`,
    };
  }
  if (!isFar || upstreamModel.startsWith("arn:")) return undefined;
  const [, family, date] =
    /^(?:anthropic\/)?(claude-[\w.-]+?)(?:[@-](\d{8}))?(?:-v\d+(?::\d+)?)?$/.exec(upstreamModel) ?? [];
  if (family !== undefined) {
    const example = `${placeOf(region)}anthropic.claude-sonnet-4-5-20250929-v1:0`;
    return {
      message: `${shown} has no name of Bedrock's, which has the vendor in front and a version behind, as in ${provider}/${example}`,
      suggestion: date === undefined ? undefined : `${provider}/${placeOf(region)}anthropic.${family}-${date}-v1:0`,
    };
  }
  return /[/@]/.test(upstreamModel)
    ? { message: `${shown} is no name of Bedrock's, as in ${provider}/amazon.nova-pro-v1:0, or an ARN` }
    : undefined;
}

/** In front of the ids of profiles that cross regions; newer models are to be had by them alone. */
const places: readonly (readonly [region: RegExp, prefix: string])[] = [
  [/^us-gov-/, "us-gov."],
  [/^us-/, "us."],
  [/^eu-/, "eu."],
  [/^ap-/, "apac."],
];

function placeOf(region: string | undefined): string {
  return places.find(([shape]) => shape.test(region ?? ""))?.[1] ?? "global.";
}

/** Kinds of ARN that are named by a number. */
const silent =
  /:(?:application-inference-profile|provisioned-model|imported-model|custom-model-deployment|prompt-router)\//;

/** Which language is spoken depends on the model, and a profile of one's own does not tell. */
function warnOfSilence({ tree, report }: Inspection, path: Path, { upstreamModel }: Use): void {
  if (!silent.test(upstreamModel)) return;
  const deployment = path.at(-1) === "use" ? find(tree, path.slice(0, -1)) : undefined;
  if (memberOf(deployment, "family") !== undefined) return;
  const entry = find(tree, path);
  const message =
    "this name does not tell which model it is: say so by `family`, as in { use: …, family: claude-sonnet-4-5 }";
  if (entry !== undefined) report.warning(entry, { message });
}
