import type { Page } from "../openai/personality.ts";
import type { Problem } from "../openai/problem.ts";
import type { ReceivedRequest } from "../serve.ts";

/** Who is let in. */
export interface KeyOptions {
  /** The resource's key, and a token of Entra ID that is right; or a test of both. Absent means that nothing is asked for. */
  readonly token?: string | ((token: string) => boolean) | undefined;
}

const wrongKey: Problem = {
  status: 401,
  message:
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
  code: "401",
};

/** In the words of the service, which are no error of OpenAI's. */
const wrongToken: Page = {
  status: 401,
  type: "application/json",
  body: JSON.stringify({
    statusCode: 401,
    message:
      "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.",
  }),
};

/** Why a request without the right key or token is not answered. */
export function checkKey({ headers }: ReceivedRequest, { token }: KeyOptions): Page | Problem | undefined {
  if (token === undefined) return undefined;
  const isRight = (one: string): boolean => (typeof token === "string" ? one === token : token(one));
  const key = headers["api-key"];
  if (typeof key === "string") return isRight(key) ? undefined : wrongKey;
  const bearer = /^Bearer +(\S.*)$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer === undefined) return wrongKey;
  return isRight(bearer) ? undefined : wrongToken;
}
