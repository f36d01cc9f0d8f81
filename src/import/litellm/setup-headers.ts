import { memberOf } from "../../config/tree.ts";
import { slug } from "./draft.ts";
import { type Params, tellSecret } from "./setup.ts";
import { isEmpty, membersOf, textOf } from "./source.ts";

/** Headers whose values are no secrets. */
const open = /^(?:anthropic-(?:version|beta)|user-agent|x-title|http-referer|openai-(?:organization|project|beta))$/;

export function readHeaders(params: Params): Readonly<Record<string, unknown>> {
  const { map, notes, variables, at } = params;
  const headers = new Map<string, string>();
  const organization = memberOf(map, "organization");
  if (organization !== undefined && !isEmpty(organization)) {
    headers.set("OpenAI-Organization", variables.said(organization, "text"));
    notes.changed(organization, "it is sent as a header", at("headers", "OpenAI-Organization"));
  }
  for (const section of ["headers", "extra_headers"]) {
    for (const [name, entry] of membersOf(memberOf(map, section))) {
      const to = at("headers", name);
      if (textOf(entry) === undefined) notes.left(entry, "a header is one text");
      else if (open.test(name.toLowerCase())) {
        headers.set(name, variables.said(entry, "text"));
        notes.carried(entry, to);
      } else {
        const value = variables.hidden(entry, `HEADER_${slug(name).replaceAll("-", "_").toUpperCase()}`);
        headers.set(name, value);
        tellSecret(params, entry, value, to);
      }
    }
  }
  return headers.size === 0 ? {} : { headers: Object.fromEntries(headers) };
}

export function readTls({ map, notes, variables, at }: Params): Readonly<Record<string, unknown>> {
  const entry = memberOf(map, "ssl_verify");
  if (entry === undefined) return {};
  const text = textOf(entry)?.toLowerCase();
  if (text === "true") notes.carried(entry, at(), "certificates are always checked");
  else if (text === undefined || text === "false") {
    notes.left(entry, "certificates are always checked; name the authority by `tls.ca_file`");
  } else {
    notes.carried(entry, at("tls", "ca_file"));
    return { tls: { ca_file: variables.said(entry, "file") } };
  }
  return {};
}
