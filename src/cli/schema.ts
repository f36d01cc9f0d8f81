import { type CommandDef, defineCommand } from "citty";
import schema from "../../generated/routes.schema.json" with { type: "json" };

/** `specgate schema`: the JSON Schema of routes.yaml, which editors complete and check by. */
export const schemaCommand: CommandDef = defineCommand({
  meta: { name: "schema", description: "Print the JSON Schema of routes.yaml, for editors." },
  run: ({ args }) => {
    if (Object.keys(args).some((name) => name !== "_") || args._.length > 0) {
      process.stderr.write("usage: specgate schema\n");
      process.exitCode = 2;
      return;
    }
    process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  },
});
