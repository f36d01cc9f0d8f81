/** Writes docs/compatibility.md from the fate tables:  node scripts/compat-page.ts */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { standardMatrix } from "../src/compat/matrix.ts";
import { compatPage } from "./docs/compat-page.ts";
import { root } from "./spec/load.ts";

writeFileSync(join(root, "docs/compatibility.md"), compatPage(await standardMatrix()));
console.log("docs/compatibility.md is new");
