import type { AnyChunk, Chunk, TextChunk } from "./_wire.ts";

type Choice = Chunk["choices"][number];
type TextChoice = TextChunk["choices"][number];

/**
 * What is wrong with a whole stream, as the `data` of its events.
 *
 * @param includeUsage whether the client asked for the counts; `told` where it heard that there are none
 * @see reference: openai-chat-to-gemini §11, openai-surface §5
 */
export function streamProblems(data: readonly string[], includeUsage: boolean | "told"): readonly string[] {
  const last = data.at(-1) ?? "";
  const failed = last.startsWith('{"error"');
  const chunks = data
    .filter((one) => one !== "[DONE]" && !one.startsWith('{"error"'))
    .map((one): AnyChunk => JSON.parse(one));
  const problems: string[] = [];
  if (data.slice(0, -1).some((one) => one === "[DONE]" || one.startsWith('{"error"'))) {
    problems.push("something after the end");
  }
  if (!failed && last !== "[DONE]") problems.push("neither [DONE] nor an error at the end");
  const heads = new Set(chunks.map(({ id, created, model, object }) => `${id} ${created} ${model} ${object}`));
  if (heads.size > 1) problems.push(`chunks of several answers: ${[...heads].join(", ")}`);
  problems.push(...usageProblems(chunks, includeUsage, failed));
  const choices = Map.groupBy(
    chunks.flatMap((chunk): readonly (Choice | TextChoice)[] => chunk.choices),
    (choice) => choice.index,
  );
  for (const [index, pieces] of choices) {
    const told = [...endProblems(pieces, failed), ...deltaProblems(pieces.filter((piece) => "delta" in piece))];
    problems.push(...told.map((problem) => `choice ${index}: ${problem}`));
  }
  return problems;
}

function usageProblems(chunks: readonly AnyChunk[], asked: boolean | "told", failed: boolean): readonly string[] {
  if (asked === false) {
    const told = chunks.filter((chunk) => "usage" in chunk || chunk.choices.length !== 1);
    return told.length > 0 ? ["usage or an empty chunk that nobody asked for"] : [];
  }
  const ends = asked === true && !failed;
  const counting = ends ? chunks.slice(-1) : [];
  const others = ends ? chunks.slice(0, -1) : chunks;
  const problems: string[] = [];
  if (others.some((chunk) => chunk.usage !== null)) problems.push("a chunk without `usage: null`");
  if (counting.some((chunk) => chunk.choices.length > 0 || chunk.usage == null)) problems.push("no counts at the end");
  return problems;
}

function endProblems(pieces: readonly (Choice | TextChoice)[], failed: boolean): readonly string[] {
  const problems: string[] = [];
  if (pieces.filter((piece) => piece.finish_reason !== null).length > 1) problems.push("finishes more than once");
  if (!failed && (pieces.at(-1)?.finish_reason ?? null) === null) problems.push("does not finish at its end");
  return problems;
}

/** Texts have none. */
function deltaProblems(pieces: readonly Choice[]): readonly string[] {
  const problems: string[] = [];
  const [first, ...others] = pieces;
  if (first === undefined) return problems;
  if (first.delta.role !== "assistant" || first.delta.content !== "") problems.push("opens without a role");
  if (others.some(({ delta }) => delta.role !== undefined)) problems.push("says its role twice");
  const finished = pieces.filter((piece) => piece.finish_reason !== null);
  if (finished.some(({ delta }) => Object.keys(delta).length > 0)) problems.push("says something as it finishes");
  return [...problems, ...callProblems(pieces)];
}

function callProblems(pieces: readonly Choice[]): readonly string[] {
  const calls = Map.groupBy(
    pieces.flatMap(({ delta }) => delta.tool_calls ?? []),
    (call) => call.index,
  );
  const problems: string[] = [];
  for (const [index, [first, ...others]] of calls) {
    if (!first?.id || !first.type) problems.push(`call ${index} opens without id and type`);
    if (others.some((call) => call.id !== undefined || call.function?.name !== undefined)) {
      problems.push(`call ${index} is opened twice`);
    }
  }
  if ([...calls.keys()].some((index, at) => index !== at)) problems.push("calls are not numbered from 0");
  return problems;
}
