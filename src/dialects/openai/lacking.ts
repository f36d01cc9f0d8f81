import type { Shape } from "../../../generated/fields/shape.ts";
import type { Change } from "../../operations/types.ts";
import type { Json } from "./json.ts";

/**
 * Takes out what a server lacks. Members that the operation's spec has are told by its fate table; those that it does
 * not have, as another operation's, are told here. The body is changed in place.
 */
export function takeLacking(body: Json, names: ReadonlySet<string>, { properties = {} }: Shape): readonly Change[] {
  const changes: Change[] = [];
  for (const name of names) {
    if (!(name in body)) continue;
    if (body[name] != null && !Object.hasOwn(properties, name)) changes.push({ verb: "reported", path: name });
    delete body[name];
  }
  return changes;
}
