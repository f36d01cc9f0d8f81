import { type Entry, memberOf } from "../../config/tree.ts";
import { hintOf, type Params, readBase, type Setup, tellSecret } from "./setup.ts";
import { isEmpty, textOf } from "./source.ts";
import { referenceIn } from "./variables.ts";

/** Members that only Vertex AI has. */
export const vertexNames: readonly string[] = [
  ...["vertex_project", "vertex_location", "vertex_credentials"],
  ...["vertex_ai_project", "vertex_ai_location", "vertex_ai_credentials"],
];

/** A project and a location of Vertex AI's. */
export function vertexSetup(params: Params): Setup | string {
  const { map, located, notes, atDeployment } = params;
  const base = readBase(params, (url) => url);
  const project = place(params, ["vertex_project", "vertex_ai_project"], "project", "VERTEXAI_PROJECT");
  const location = place(params, ["vertex_location", "vertex_ai_location"], "location", "VERTEXAI_LOCATION");
  const members = {
    type: "vertex",
    project,
    location,
    ...(base === undefined ? {} : { base_url: base }),
    ...readCredentials(params),
  };
  const modelEntry = memberOf(map, "model");
  const named = located.model.replace(/^(?:gemini|openai)\/(?=\d+$)/, "");
  const isEndpoint = /^\d+$/.test(named);
  if (isEndpoint && modelEntry !== undefined) {
    notes.changed(modelEntry, "a number is the id of an endpoint; say by `family` what is behind it", atDeployment());
  }
  const region = referenceIn(entryOf(params, ["vertex_location", "vertex_ai_location"]));
  const hint = location.startsWith("$")
    ? hintOf(`\${${region ?? ""}}`.replace(/VERTEX(?:_?AI)?_?|_?LOCATION/g, ""))
    : location;
  return { hint, members, model: isEndpoint ? `endpoints/${named}` : named };
}

function entryOf({ map }: Params, names: readonly string[]): Entry | undefined {
  return names.map((name) => memberOf(map, name)).find((entry) => !isEmpty(entry));
}

/** A project or a location, or the variable that LiteLLM reads where there is none. */
function place(params: Params, names: readonly string[], member: "project" | "location", variable: string): string {
  const { map, notes, variables, at } = params;
  const entry = entryOf(params, names);
  if (entry !== undefined) {
    notes.carried(entry, at(member));
    return variables.said(entry, member);
  }
  notes.changed(map, `LiteLLM reads ${variable} for \`${names[0]}\`; so does the new file`, at(member));
  return variables.named(variable, member, member === "location" ? "us-central1" : undefined);
}

function readCredentials(params: Params): Readonly<Record<string, unknown>> {
  const { notes, variables, at } = params;
  const entry = entryOf(params, ["vertex_credentials", "vertex_ai_credentials"]);
  const name = referenceIn(entry);
  if (entry === undefined) return { auth: "adc" };
  if (name === "GOOGLE_APPLICATION_CREDENTIALS") {
    notes.carried(entry, at("auth"), "Google's own library reads it");
    return { auth: "adc" };
  }
  const to = at("auth", "service_account");
  if (name !== undefined) {
    notes.changed(entry, `${name} must hold the path of a JSON key file, not its text`, to);
    return { auth: { service_account: variables.said(entry, "file") } };
  }
  if (entry.kind === "scalar" && /^[^{}\s]+\.json$/.test(textOf(entry) ?? "")) {
    notes.carried(entry, to);
    return { auth: { service_account: variables.said(entry, "file") } };
  }
  const value = variables.hidden(entry, "VERTEX_SERVICE_ACCOUNT_FILE", "file");
  if (entry.kind === "scalar") {
    const remedy = "the key stays out of the file: write it to one of its own, and put that one's path into";
    notes.changed(entry, `${remedy} ${value.slice(2, -1)}`, to);
  } else tellSecret(params, entry, value, to);
  return { auth: { service_account: value } };
}
