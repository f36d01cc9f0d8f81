import { toBedrockModel } from "../../config/bedrock-model.ts";
import { type Entry, memberOf } from "../../config/tree.ts";
import { has, hintOf, otherAccount, type Params, readKey, type Setup } from "./setup.ts";
import { membersOf, textAt, textOf } from "./source.ts";
import { plain, referenceIn } from "./variables.ts";

/** Members that only AWS has. */
export const bedrockNames: readonly string[] = [
  ...["aws_region_name", "region_name", "aws_access_key_id", "aws_secret_access_key", "aws_session_token"],
  ...["aws_profile_name", "aws_role_name", "aws_session_name", "aws_web_identity_token", "aws_sts_endpoint"],
  ...["aws_external_id", "aws_bedrock_runtime_endpoint", "guardrailConfig", "model_id"],
];

/** Words of LiteLLM's before a model that say how it is asked, which Specgate knows by the model. */
const ways = /^(?:converse_like|converse|invoke|async_invoke|deepseek_r1|llama|nova|qwen[23]|openai|moonshot|titan)\//;

/** A region, which LiteLLM lets stand before the model too. */
const regionBefore = /^([a-z]{2,3}(?:-gov)?-[a-z]+-\d)\/(.+)$/;

/** Amazon Bedrock in a region. */
export function bedrockSetup(params: Params): Setup | string {
  const { map, located, notes } = params;
  if (/^(?:agent|agentcore)\//.test(located.model)) return "agents of Bedrock's have no counterpart";
  const other = has(map, "api_key") ? undefined : otherAccount(params, variablesOfAws);
  if (other !== undefined) return other;
  const asked = located.model.replace(ways, "");
  const [, before, behind] = regionBefore.exec(asked) ?? [];
  const bare = (behind ?? asked).replace(ways, "");
  const id = memberOf(map, "model_id");
  const model = id === undefined ? bare : params.variables.said(id, "text");
  if (id !== undefined)
    notes.changed(id, "the ARN is what is asked for, and the model its `family`", params.atDeployment());
  const modelEntry = memberOf(map, "model");
  if (bare !== located.model && modelEntry !== undefined) {
    notes.changed(modelEntry, "how a model is asked goes by the model itself", params.atDeployment());
  }
  const region = readRegion(params, before ?? toBedrockModel(model).region);
  const members = {
    type: "bedrock",
    region,
    ...readEndpoint(params),
    ...readCredential(params),
    ...readGuardrail(params),
  };
  const hint = referenceIn(memberOf(map, "aws_region_name")) ?? region;
  const known = region.startsWith("$") ? hintOf(`\${${hint}}`.replace(/AWS_?|REGION_?|_?NAME/g, "")) : region;
  return { hint: known, members, model, deployment: id === undefined ? {} : { family: bare } };
}

function readRegion({ map, notes, variables, at }: Params, before: string | undefined): string {
  const entry = memberOf(map, "aws_region_name") ?? memberOf(map, "region_name");
  if (entry !== undefined && textOf(entry) !== undefined && textOf(entry) !== "") {
    notes.carried(entry, at("region"));
    return before ?? variables.said(entry, "region");
  }
  if (before !== undefined) return plain(before);
  notes.changed(
    map,
    "LiteLLM reads the region from the environment; so does the new file, from AWS_REGION",
    at("region"),
  );
  return variables.named("AWS_REGION", "region", "us-west-2");
}

function readEndpoint({ map, notes, variables, at }: Params): Readonly<Record<string, unknown>> {
  const entry = memberOf(map, "aws_bedrock_runtime_endpoint") ?? memberOf(map, "api_base");
  if (entry === undefined || textOf(entry) === undefined) return {};
  notes.carried(entry, at("base_url"));
  const url = variables.said(entry, "url").replace(/[?#].*$/s, "");
  return { base_url: url.replace(/^(\w+:\/\/)[^/@$]*@/, "$1").replace(/\/+$/, "") };
}

/** What AWS's own library reads, under the names it knows. */
const variablesOfAws: ReadonlyMap<string, string> = new Map([
  ["aws_access_key_id", "AWS_ACCESS_KEY_ID"],
  ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"],
  ["aws_session_token", "AWS_SESSION_TOKEN"],
  ["aws_profile_name", "AWS_PROFILE"],
]);

const roleNames = [
  "aws_role_name",
  "aws_session_name",
  "aws_web_identity_token",
  "aws_sts_endpoint",
  "aws_external_id",
];

function readCredential(params: Params): Readonly<Record<string, unknown>> {
  const { map, notes, variables, at } = params;
  if (has(map, "api_key")) return readKey(params, "api_key");
  for (const [name, variable] of variablesOfAws) {
    const entry = memberOf(map, name);
    if (entry === undefined) continue;
    if (referenceIn(entry) === variable) notes.carried(entry, at("auth"), `AWS's own library reads ${variable}`);
    else {
      variables.outside(variable, entry);
      notes.changed(entry, `AWS's own library reads it, one for all providers: put it into ${variable}`, at("auth"));
    }
  }
  for (const name of roleNames) {
    const entry = memberOf(map, name);
    if (entry === undefined) continue;
    notes.left(entry, "write the role into a profile of ~/.aws/config, and name that by AWS_PROFILE");
  }
  return { auth: "aws" };
}

const guardrailWords: ReadonlyMap<string, string> = new Map([
  ["guardrailIdentifier", "identifier"],
  ["guardrailVersion", "version"],
  ["trace", "trace"],
]);

function readGuardrail({ map, notes, variables, at }: Params): Readonly<Record<string, unknown>> {
  const entry = memberOf(map, "guardrailConfig");
  if (entry === undefined) return {};
  const guardrail: Record<string, string> = {};
  for (const [name, member] of membersOf(entry)) {
    const word = guardrailWords.get(name);
    if (word === undefined) leftWord(notes.left, member);
    else {
      guardrail[word] = variables.said(member, "text");
      notes.carried(member, at("guardrail", word));
    }
  }
  const isWhole = textAt(entry, "guardrailIdentifier") !== undefined && textAt(entry, "guardrailVersion") !== undefined;
  return isWhole ? { guardrail } : {};
}

function leftWord(left: (entry: Entry, text: string) => void, member: Entry): void {
  left(member, "a guardrail is an identifier, a version and a trace");
}
