/** A request's body as bytes, or as a text of which undici makes them. */
export type WireBody = string | Buffer;

/** Makes the body that a part of a request is sent with. */
export type Encode = (request: object, target: object, body: unknown) => WireBody;

const encodeOne: Encode = (_request, _target, body) => JSON.stringify(body);

/**
 * Makes bodies for a request of so many parts. Choices of one answer are asked for in the same words: they share their
 * bytes, or 128 of them would hold a large prompt 128 times.
 */
export function createEncode(parts: number): Encode {
  if (parts === 1) return encodeOne;
  const made = new Map<object, Map<object, Buffer>>();
  return (request, target, body) => {
    const known = made.get(request)?.get(target);
    if (known !== undefined) return known;
    const bytes = Buffer.from(JSON.stringify(body));
    made.set(request, (made.get(request) ?? new Map()).set(target, bytes));
    return bytes;
  };
}
