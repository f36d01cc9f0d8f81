/** Shells whose words we write. */
export const shells = ["sh", "fish", "powershell"] as const;

export type Shell = (typeof shells)[number];

/** Lines that set variables of the environment, for a shell to read. Values stay what they are, whatever is in them. */
export function exportsText(shell: Shell, variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${lineOf(shell, name, value)}\n`)
    .join("");
}

function lineOf(shell: Shell, name: string, value: string): string {
  switch (shell) {
    case "sh":
      return `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
    case "fish":
      return `set -gx ${name} '${value.replaceAll(/[\\']/g, "\\$&")}'`;
    case "powershell":
      // PowerShell takes typographic quotes for quotes too.
      return `$env:${name} = '${value.replaceAll(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
  }
}
