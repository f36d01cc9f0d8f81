import { GatewayError } from "../errors.ts";

/** A body of more bytes than `server.max_body`, on the wire or unpacked. */
export function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError("request_too_large", `The request body is larger than ${maxBytes} bytes.`);
}
