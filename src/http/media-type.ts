import { GatewayError } from "../errors.ts";

/**
 * Types under which JSON comes. Some clients name none; `text/plain` and `application/octet-stream` are what others
 * fall back to. A form is not among them, whatever its body holds.
 */
const json = /^(?:application\/(?:json|[\w.-]+\+json|octet-stream)|text\/(?:json|plain))$/;

const utf8 = /^(?:utf-?8|us-ascii|ascii)$/;

/**
 * Looks at a request's `content-type`.
 *
 * Fails: throws `unsupported_content_type`, in OpenAI's words, for what is no JSON, and for text in another charset than
 * UTF-8: read as UTF-8 it would come out garbled, and nobody would know why.
 *
 * @see reference: openai-surface §1
 */
export function checkMediaType(contentType: string | undefined): void {
  if (contentType === undefined || contentType === "application/json") return;
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  if (type.trim() !== "" && !json.test(type.trim())) throw unsupported(contentType, "'application/json'");
  for (const parameter of parameters) {
    const [, charset] = /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/.exec(parameter) ?? [];
    if (charset !== undefined && !utf8.test(charset)) throw unsupported(contentType, "UTF-8");
  }
}

/** Much of a header is no help to anybody. */
const longestShown = 100;

function unsupported(contentType: string, accepted: string): GatewayError {
  const shown = contentType.slice(0, longestShown);
  const message = `Unsupported content type: '${shown}'. This API method only accepts ${accepted} requests, but you specified the header 'Content-Type: ${shown}'. Please try again with a supported content type.`;
  return new GatewayError("unsupported_content_type", message);
}
