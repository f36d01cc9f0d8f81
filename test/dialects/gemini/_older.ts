import { toParameters } from "../../../src/dialects/gemini/schema/index.ts";

/** One property's schema, what it becomes in the older form, and what is told. */
export type OlderRow = [name: string, schema: unknown, want: unknown, losses?: readonly string[], more?: object];

/** The schema of one property in the older form, and the paths that are told, without the way to that property. */
export function older(
  schema: unknown,
  more: object = {},
  form: "openapi-vertex" | "openapi-developer" = "openapi-vertex",
): { readonly schema: unknown; readonly losses: readonly string[] } {
  const losses: string[] = [];
  const whole = { type: "object", properties: { p: schema }, ...more };
  const said = toParameters(
    { schema: whole, path: "", lost: (path) => losses.push(path.replace(".properties.p", "")) },
    form,
  );
  return { schema: said.older?.properties?.["p"], losses };
}
