import type { ReceivedRequest } from "../serve.ts";
import { errorInfo, type Refusal, refusal } from "./refusals.ts";
import type { Route } from "./route.ts";

/** Who is let in. */
export interface AuthOptions {
  /** `none` asks for nothing. */
  readonly auth?: "any" | "none" | undefined;
  /** The one token or key that is right, or a test of it. Absent means any that is not empty. */
  readonly token?: string | ((token: string) => boolean) | undefined;
}

const expected =
  "Expected OAuth 2 access token, login cookie or other valid authentication credential. " +
  "See https://developers.google.com/identity/sign-in/web/devconsole-project.";

/** The refusal of a request without the right credential. */
export function checkAuth(request: ReceivedRequest, route: Route, options: AuthOptions): Refusal | undefined {
  if (options.auth === "none") return undefined;
  const bearer = /^Bearer +(\S.*)$/i.exec(request.headers.authorization ?? "")?.[1];
  const header = request.headers["x-goog-api-key"];
  const key = (typeof header === "string" ? header : undefined) ?? request.query.get("key") ?? undefined;
  const metadata = { method: `google.cloud.aiplatform.${route.version}.PredictionService.${methodOf(route)}` };
  if (bearer === undefined && key !== undefined && key !== "" && !route.express) {
    const text =
      "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials.";
    return refusal(401, text, [errorInfo("CREDENTIALS_MISSING", metadata)]);
  }
  const credential = bearer ?? key;
  if (credential === undefined || credential === "") {
    const text = `Request is missing required authentication credential. ${expected}`;
    return refusal(401, text, [errorInfo("CREDENTIALS_MISSING", metadata)]);
  }
  if (isRight(credential, options.token)) return undefined;
  if (bearer === undefined) {
    return refusal(400, "API key not valid. Please pass a valid API key.", [errorInfo("API_KEY_INVALID")]);
  }
  const text = `Request had invalid authentication credentials. ${expected}`;
  return refusal(401, text, [errorInfo("ACCESS_TOKEN_EXPIRED", metadata)]);
}

function methodOf({ operation, stream }: Route): string {
  if (operation === "chat") return "ChatCompletions";
  if (operation !== "generate") return operation === "predict" ? "Predict" : "EmbedContent";
  return stream ? "StreamGenerateContent" : "GenerateContent";
}

function isRight(credential: string, token: AuthOptions["token"]): boolean {
  if (token === undefined) return true;
  return typeof token === "string" ? credential === token : token(credential);
}
