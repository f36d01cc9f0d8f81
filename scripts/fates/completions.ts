import type { Row } from "./alteration.ts";

const folder = "src/operations/completions";

/** Lines of the way from legacy completions to chat and back, taken out or turned around. */
export const completionRows: readonly Row[] = [
  [
    "a gap is continued",
    `${folder}/to-chat.ts`,
    "gap === undefined ? toContinuation(textOf(prompt)) : toInfill(gap)",
    "toContinuation(textOf(prompt))",
  ],
  ["stops are not sent", `${folder}/to-chat.ts`, 'draft["stop"] = stopsUpstream(request.stop, gap);', ""],
  [
    "n_predict is forgotten",
    `${folder}/to-chat.ts`,
    "request.n_predict != null && request.n_predict > 0 ? request.n_predict : null",
    "null",
  ],
  ["the limit is not sent", `${folder}/to-chat.ts`, 'draft["max_completion_tokens"] = limit;', "void limit;"],
  ["logprobs are not asked for", `${folder}/to-chat.ts`, 'draft["logprobs"] = true;', ""],
  ["top_logprobs is not sent", `${folder}/to-chat.ts`, 'draft["top_logprobs"] = request.logprobs;', "void 0;"],
  ["suffix goes along as it is", `${folder}/to-chat.ts`, '"prompt suffix echo', '"prompt echo'],
  [
    "members of chat are sent",
    `${folder}/to-chat.ts`,
    "if (!own.has(name) && !ofChat.has(name))",
    "if (!own.has(name))",
  ],
  ["members of chat go unmentioned", `${folder}/to-chat.ts`, "ofChat.has(name) && value != null", "false"],
  ["short answers may be thought about", `${folder}/over-chat.ts`, "chat.leastEffort?.(facts)", "undefined"],
  ["the client's effort counts less", `${folder}/over-chat.ts`, "brief && request.reasoning_effort == null", "brief"],
  ["nothing is echoed", `${folder}/over-chat.ts`, "request.echo === true ? plan.prompt", 'request.echo === true ? ""'],
  [
    "errors speak of chat",
    `${folder}/over-chat.ts`,
    "if (answer instanceof GatewayError) return toOwnError(answer, request);",
    "if (answer instanceof GatewayError) return answer;",
  ],
  ["notices speak of chat", `${folder}/paths.ts`, "[{ verb: change.verb, path }]", "[change]"],
  [
    "the limit's notice names max_tokens",
    `${folder}/paths.ts`,
    'request.max_tokens == null && request.n_predict != null ? "n_predict" : "max_tokens"',
    '"max_tokens"',
  ],
  ["counts are lost", `${folder}/from-chat.ts`, "completion.usage = body.usage;", "void 0;"],
  [
    "a fingerprint is lost",
    `${folder}/from-chat.ts`,
    "...(system_fingerprint === undefined ? {} : { system_fingerprint }),",
    "",
  ],
  ["a refusal is an ordinary stop", `${folder}/from-chat.ts`, "if (refused || reason ===", "if (reason ==="],
  ["a complete text was cut", `${folder}/from-chat.ts`, 'reason === "length" && !complete', 'reason === "length"'],
  ["pictures go unmentioned", `${folder}/from-chat.ts`, '["annotations", "images"]', '["annotations"]'],
  [
    "streams: what was held back is lost",
    `${folder}/stream.ts`,
    "const last = reply.end();",
    'reply.end();\n    const last = { text: "", logprobs: null };',
  ],
  [
    "streams: the echo is lost",
    `${folder}/stream.ts`,
    "add({ text: form.echo, logprobs: null }, null);",
    'add({ text: "", logprobs: null }, null);',
  ],
  ["streams: pictures go unmentioned", `${folder}/stream.ts`, "changes.push(...unshownIn(delta));", ""],
  ["what is repeated stays", `${folder}/seam.ts`, "skipped = repeat?.length ?? 0;", "skipped = 0;"],
  ["what follows the gap stays", `${folder}/overrun.ts`, "done = true;", ""],
  ["stops are not looked for", `${folder}/stops.ts`, "ended = at !== undefined;", ""],
  ["fences stay", `${folder}/reply-text.ts`, "[createFenceTrim()]", "[]"],
  ["offsets begin at the answer", `${folder}/logprobs.ts`, "offset ??= lengthOf(prompt);", "offset ??= 0;"],
  [
    "the token that was taken is not among the likeliest",
    `${folder}/logprobs.ts`,
    "[[token, scored.logprob], ...rivals",
    "[...rivals",
  ],
];
