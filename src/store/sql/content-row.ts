/** What was said in a request. The store cannot read it: it is sealed before it comes here. */
export interface ContentRow {
  /** That of the request's row on the ledger. */
  readonly id: string;
  /** When the request came, in milliseconds since 1970. */
  readonly time: number;
  /** The key that asked, as the ledger names it. */
  readonly keyId: string;
  /** What was asked. */
  readonly request: string;
  /** What was answered; undefined where nothing was. */
  readonly answer: string | undefined;
}
