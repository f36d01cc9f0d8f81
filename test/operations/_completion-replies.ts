/** A function with a gap. */
export const fib: { readonly prompt: string; readonly suffix: string } = {
  prompt: "def fib(n):\n    if n < 2:\n        return n\n    ",
  suffix: "\n\nprint(fib(10))\n",
};
/** What belongs there. */
export const filled: string = "return fib(n - 1) + fib(n - 2)";

/** A reply to a request, and the text it stands for. */
export interface Reply {
  readonly name: string;
  readonly request: object;
  readonly reply: string;
  readonly text: string;
}

/** Replies as chat models give them, and the text they stand for. */
export const replies: readonly Reply[] = [
  { name: "a reply as it should be", request: { prompt: "Once upon a" }, reply: " time", text: " time" },
  { name: "a space that was made visible", request: { prompt: "Once upon a" }, reply: "␣time", text: " time" },
  { name: "a visible space where none belongs", request: { prompt: "Once upon a " }, reply: "␣time", text: "time" },
  { name: "a text that speaks of visible spaces", request: { prompt: "The sign is ␣, so" }, reply: "␣it", text: "␣it" },
  { name: "a visible space later on", request: { prompt: "Write" }, reply: " a ␣", text: " a ␣" },
  { name: "the space that is there already", request: { prompt: "Once upon a " }, reply: " time", text: "time" },
  { name: "indentation that is there already", request: { prompt: "if x:\n    " }, reply: "    y()", text: "y()" },
  { name: "deeper indentation", request: { prompt: "if x:\n    " }, reply: "        y()", text: "    y()" },
  {
    name: "a text that is repeated whole",
    request: { prompt: "Once upon a" },
    reply: "Once upon a time",
    text: " time",
  },
  { name: "a line that is repeated", request: { prompt: "x\nconst a = " }, reply: "const a = 1", text: "1" },
  {
    name: "a line that is repeated without its indentation",
    request: { prompt: "f() {\n    return " },
    reply: "return 1",
    text: "1",
  },
  { name: "a word that is repeated whole", request: { prompt: "conso" }, reply: "console.log()", text: "le.log()" },
  { name: "a list's mark", request: { prompt: "- milk\n- " }, reply: "- bread\n- eggs", text: "bread\n- eggs" },
  { name: "a speaker's name", request: { prompt: "Q: Hi?\nA:" }, reply: "A: Yes.", text: " Yes." },
  { name: "a short word that begins another", request: { prompt: "a" }, reply: "and so on", text: "and so on" },
  { name: "brackets that open again", request: { prompt: "f\n((" }, reply: "((x))", text: "((x))" },
  { name: "a bracket that closes again", request: { prompt: "f(g(x)" }, reply: ")", text: ")" },
  {
    name: "lines that come again",
    request: { prompt: "a,b,c,d,e,f\n" },
    reply: "a,b,c,d,e,f\n",
    text: "a,b,c,d,e,f\n",
  },
  {
    name: "fences in a text that goes on",
    request: { prompt: "Code:\n" },
    reply: "```js\na\n```",
    text: "```js\na\n```",
  },
  { name: "a text to stop at", request: { prompt: "a", stop: ";" }, reply: " b; c", text: " b" },
  {
    name: "of several the first that comes",
    request: { prompt: "a", stop: ["c", "; ", "b;"] },
    reply: "b; c",
    text: "",
  },
  { name: "the beginning of one", request: { prompt: "a", stop: ["END"] }, reply: " EN E ENE", text: " EN E ENE" },
  { name: "one in pieces", request: { prompt: "a", stop: ["--END--"] }, reply: " b---END--END-- c", text: " b-" },
  { name: "one in what is repeated", request: { prompt: "if (a) {", stop: ["{"] }, reply: "if (a) {b}", text: "b}" },
  {
    name: "a fifth one, which no upstream is told",
    request: { prompt: "a", stop: ["1", "2", "3", "4", "5"] },
    reply: "9876543210",
    text: "9876",
  },
  { name: "a marker", request: { prompt: "a", stop: ["<EOT>"] }, reply: "b <EOT> c", text: "b <EOT> c" },
  {
    name: "one that is longer than a reply may be held back",
    request: { prompt: "a", stop: ["x".repeat(201)] },
    reply: "x".repeat(300),
    text: "x".repeat(300),
  },
  {
    name: "lines and fences to stop at, in fences",
    request: { ...fib, stop: ["\n", "```"] },
    reply: `\`\`\`python\n${filled}\nprint(1)\n\`\`\``,
    text: filled,
  },
  {
    name: "a blank line to stop at, in a repetition",
    request: { prompt: "one two three\n\nfour ", suffix: "\n\nnine", stop: "\n\n" },
    reply: "one two three\n\nfour five\n\nsix",
    text: "five",
  },
  {
    name: "a blank line that is longer than any fence's",
    request: fib,
    reply: `${"\n".repeat(120)}\`\`\`\na\n\`\`\``,
    text: `${"\n".repeat(120)}\`\`\`\na\n\`\`\``,
  },
  {
    name: "a line in fences that is too long for one",
    request: fib,
    reply: `\`\`\`\n\`\`\`${"x".repeat(120)}\na\n\`\`\``,
    text: `\`\`\`${"x".repeat(120)}\na`,
  },
  { name: "a middle as it should be", request: fib, reply: filled, text: filled },
  { name: "a middle in fences", request: fib, reply: `\`\`\`python\n${filled}\n\`\`\``, text: filled },
  { name: "fences and blank lines around", request: fib, reply: `\n\n\`\`\`\n${filled}\n\`\`\`\n`, text: filled },
  {
    name: "remarks after the fences",
    request: fib,
    reply: `\`\`\`python\n${filled}\n\`\`\`\nThis adds the two numbers before.`,
    text: filled,
  },
  { name: "fences that were cut short", request: fib, reply: `\`\`\`python\n${filled}\n`, text: `${filled}\n` },
  { name: "nothing but the beginning of a fence", request: fib, reply: "```pyth", text: "" },
  {
    name: "fences within fences",
    request: { prompt: "# Title\n\n", suffix: "\n\n## License of this project\n" },
    reply: "```markdown\nUse it:\n```sh\nrun\n```\nDone.\n```",
    text: "Use it:\n```sh\nrun\n```\nDone.",
  },
  {
    name: "backticks at the end of a line in fences",
    request: { prompt: "# Title\n\n", suffix: "\n\n## License of this project\n" },
    reply: "```markdown\nUse ```\nDone.\n```",
    text: "Use ```\nDone.",
  },
  {
    name: "fences where the text itself has some",
    request: { prompt: "```js\na\n```\n", suffix: "\n```py\nb\n```" },
    reply: "```sh\nrun\n```",
    text: "```sh\nrun\n```",
  },
  { name: "a code span", request: { prompt: "Use ", suffix: " now" }, reply: "`run` twice", text: "`run` twice" },
  { name: "backticks that are no fence", request: fib, reply: "``a``", text: "``a``" },
  {
    name: "lines before the gap that are repeated",
    request: fib,
    reply: `    if n < 2:\n        return n\n    ${filled}`,
    text: filled,
  },
  { name: "all of the text before the gap", request: fib, reply: fib.prompt + filled, text: filled },
  {
    name: "complete lines before the gap",
    request: { prompt: "const total = sum(items);\n", suffix: "\nreturn total;" },
    reply: "const total = sum(items);\nlog(total);",
    text: "log(total);",
  },
  { name: "a bracket on a line of its own", request: { prompt: "}\n", suffix: "x" }, reply: "}\n", text: "}\n" },
  {
    name: "text after the gap that is repeated",
    request: fib,
    reply: `${filled}\n\nprint(fib(10))\n`,
    text: filled,
  },
  {
    name: "a reply that goes on beyond the text after the gap",
    request: fib,
    reply: `${filled}\n\nprint(fib(10))\nprint(fib(11))\n`,
    text: filled,
  },
  { name: "a repetition that the limit cut short", request: fib, reply: `${filled}\n\nprint(f`, text: filled },
  {
    name: "all of it at once",
    request: fib,
    reply: `\`\`\`python\n${fib.prompt}${filled}${fib.suffix}\`\`\`\nThere.`,
    text: filled,
  },
  { name: "brackets after the gap", request: { prompt: "f(g(", suffix: ")" }, reply: "x)", text: "x)" },
  {
    name: "a block's end after the gap",
    request: { prompt: "if x\n  y\n", suffix: "end\n" },
    reply: "end\n",
    text: "end\n",
  },
  {
    name: "a gap at the end of a file",
    request: { prompt: "<fim_prefix>a = <fim_suffix><fim_middle>" },
    reply: "1",
    text: "1",
  },
];
