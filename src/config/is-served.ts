/** Whether a name is among the models, or begins as a wildcard among them does. */
export function isServed(name: string, models: readonly string[]): boolean {
  return models.some((model) => model === name || (model.endsWith("*") && name.startsWith(model.slice(0, -1))));
}
