#!/usr/bin/env node
import "./guard.js";
import "./young-generation.js";
import module from "node:module";

// Compiled code is kept for the next start, which is a fifth quicker for it. Beside the package, and not where all users
// of the machine may write: only those who can change the package can change what will run. Where this one may not
// write there, nothing is kept.
module.enableCompileCache(`${import.meta.dirname}/../.cache/compile`);

await import("./main.ts");
