import { request } from "undici";

export interface WebhookDeps {
  /** Of routes.yaml; it may hold a secret, so that it is never logged. */
  readonly url: string;
  readonly log: { readonly warn: (fields: object, message: string) => void };
  /** How long to wait before each further try. */
  readonly pausesMs?: readonly number[];
}

const timeoutMs = 10_000;

/** Makes what sends messages to a webhook of the operator's, as JSON by POST. It never fails: what is lost is logged. */
export function createWebhook({
  url,
  log,
  pausesMs = [1_000, 10_000],
}: WebhookDeps): (message: object) => Promise<void> {
  async function post(message: object): Promise<string | undefined> {
    try {
      const { statusCode, body } = await request(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(message),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal: AbortSignal.timeout(timeoutMs),
      });
      await body.dump();
      return statusCode >= 200 && statusCode < 300 ? undefined : `it answered ${statusCode}`;
    } catch {
      return "it could not be reached";
    }
  }
  return async (message) => {
    let trouble = await post(message);
    for (const pauseMs of pausesMs) {
      if (trouble === undefined) return;
      await new Promise((resolve) => void setTimeout(resolve, pauseMs).unref());
      trouble = await post(message);
    }
    if (trouble !== undefined) log.warn({ trouble }, "the webhook of `alerts` did not take a message");
  };
}
