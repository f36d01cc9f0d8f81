import type { Row } from "./alteration.ts";

const shared = "src/dialects/schema";
const claude = "src/dialects/anthropic/schema";

/** Lines of what makes schemas for Claude, taken out or turned around. */
export const claudeSchemaRows: readonly Row[] = [
  ["made-up names are forgotten", `${claude}/members.ts`, "members.set(now, name);", ""],
  ["two members get one name", `${claude}/members.ts`, "for (; taken.has(sound); i++)", "for (; false; i++)"],
  [
    "required members keep their names",
    `${claude}/members.ts`,
    'if (required !== undefined) lists["required"] = renameAll(required);',
    "",
  ],
  ["objects stay open", `${claude}/strict.ts`, 'made["additionalProperties"] = false;', ""],
  [
    "recursion fits",
    `${claude}/strict.ts`,
    "if (depth > deepestCounted) return maxOptional + 1;",
    "if (depth > deepestCounted) return 0;",
  ],
  ["any value fits", `${claude}/strict.ts`, "if (types.length === 0) fits = false;", ""],
  ["maps fit", `${claude}/strict.ts`, "if (isOpen || (rest !== undefined && rest !== false)) fits = false;", ""],
  ["unions have neighbours", `${claude}/strict.ts`, "if (Object.keys(schema).some(isMore)) fits = false;", ""],
  ["lists have any least number of items", `${claude}/strict.ts`, "leastItems: 1,", "leastItems: 9,"],
  ["flags are not listed", `${claude}/strict.ts`, "listsFlags: true,", "listsFlags: false,"],
  ["conditions are not quoted", `${claude}/strict.ts`, "quotes: true,", "quotes: false,"],
  ["eleven members may be left out", `${claude}/strict.ts`, "const maxOptional = 10;", "const maxOptional = 11;"],
  [
    "types of which one is open stand in a list",
    `${claude}/strict.ts`,
    '!types.includes("array") && !types.includes("object")',
    "true",
  ],
  ["who names no arguments takes any", `${claude}/parameters.ts`, "return isSilent ?", "return false ?"],
  ["parameters are of any type", `${claude}/parameters.ts`, "mustTakeObject(given, path);", ""],
  ["branches stay at the top", `${claude}/parameters.ts`, "isTopPlain(document) && isStandard", "isStandard"],
  ["branches of other types stay", `${shared}/root.ts`, "if (!takesObject(joined)) return undefined;", ""],
  [
    "branches are merged in silence",
    `${shared}/root.ts`,
    "if (only === undefined || branches.length > 1) lost(place.at);",
    "",
  ],
  ["open branches are closed", `${shared}/root.ts`, "if (areClosed && outer", "if (outer"],
  ["what any value fits is referred to", `${shared}/standard.ts`, "if (target.schema === true) return undefined;", ""],
  ["null is forgotten", `${shared}/standard.ts`, 'if (schema["nullable"] === true) return orNull(out);', ""],
  [
    "halves of conditions make one",
    `${shared}/standard.ts`,
    "(pieces) => keepTogether(pieces, lost)",
    "(pieces) => pieces",
  ],
  ["steps of nothing are steps", `${shared}/kinds.ts`, "isFiniteNumber(value) && value > 0", "isFiniteNumber(value)"],
  ["depth has no end", `${shared}/kinds.ts`, "!isObject(schema) || depth >= deepest", "!isObject(schema)"],
  ["tuples of older drafts are lost", `${shared}/modernise.ts`, 'out["prefixItems"] = items;', ""],
  [
    "flags that are off open a bound",
    `${shared}/modernise.ts`,
    "if (!flag || closed === undefined) return;",
    "if (closed === undefined) return;",
  ],
  ["patterns for every name stay", `${shared}/modernise.ts`, "!isEveryName(pattern)", "isEveryName(pattern)"],
  [
    "an opened bound is said twice",
    `${shared}/bounds.ts`,
    "if (closed !== undefined && closed !== open)",
    "if (closed !== undefined)",
  ],
];
