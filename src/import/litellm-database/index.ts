export { toAccount } from "./accounts.ts";
export { barredUsers, type Carried, type KeyContext, type Skipped, toKey } from "./keys.ts";
export { isObject, type Row, textIn } from "./row.ts";
