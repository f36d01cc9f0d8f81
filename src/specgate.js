#!/usr/bin/env node
import "./guard.js";

await import("./main.ts");
