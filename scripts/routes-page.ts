/** Writes docs/routes-reference.md from specs/routes.yaml:  npm run docs:routes */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { routesReference } from "./docs/routes-reference.ts";
import { loadSpec, root } from "./spec/load.ts";

writeFileSync(join(root, "docs/routes-reference.md"), routesReference(loadSpec("routes")));
console.log("docs/routes-reference.md is new");
