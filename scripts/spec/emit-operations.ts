import type { Spec } from "./schema.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch"] as const;

/** One row per operation of the specs: `openai.createChatCompletion → POST /chat/completions`. */
export function emitOperations(specs: ReadonlyMap<string, Spec>): string {
  const tables = [...specs].map(([name, spec]) => `  ${name}: {\n${rowsOf(spec).join("")}  },\n`);
  return `/** Method and path of every operation, by spec and operationId. */
export const operations = {
${tables.join("")}} as const;
`;
}

function rowsOf(spec: Spec): readonly string[] {
  const rows: string[] = [];
  for (const [path, item] of Object.entries(spec.paths ?? {})) {
    for (const method of methods) {
      const id = operationIdOf(item[method]);
      if (id !== undefined) rows.push(`    ${id}: { method: "${method.toUpperCase()}", path: "${path}" },\n`);
    }
  }
  return rows;
}

function operationIdOf(operation: unknown): string | undefined {
  if (typeof operation !== "object" || operation === null || !("operationId" in operation)) return undefined;
  return typeof operation.operationId === "string" ? operation.operationId : undefined;
}
