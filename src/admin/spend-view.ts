import type { LedgerRow, LedgerSum } from "../store/sql/ledger-row.ts";
import type { Tokens } from "../store/sql/tokens.ts";
import { toIso } from "./durations.ts";
import { toUsd } from "./money.ts";
import type { SpendLog, SpendSum, UsageBuckets } from "./types.ts";

/** A row of the ledger, in LiteLLM's names. `token`: of its key, where that is known. */
export function toSpendLog(row: LedgerRow, token: string | undefined): SpendLog {
  const { costNanoUsd, tokens } = row;
  return {
    request_id: row.id,
    call_type: row.operation,
    api_key: token ?? null,
    key_id: row.keyId ?? null,
    spend: costNanoUsd === undefined ? null : toUsd(costNanoUsd),
    cost_nano_usd: costNanoUsd === undefined ? null : String(costNanoUsd),
    ...toCounts(tokens),
    startTime: toIso(row.time),
    endTime: toIso(row.time + Math.round(row.latencyMs)),
    model: row.upstreamModel ?? null,
    model_group: row.requestedModel ?? null,
    response_model: row.responseModel ?? null,
    custom_llm_provider: row.provider ?? null,
    deployment: row.deployment ?? null,
    user: row.userId ?? null,
    team_id: row.teamId ?? null,
    end_user: row.endUser ?? null,
    status: row.status,
    http_status: row.httpStatus ?? null,
    error_code: row.errorCode ?? null,
    attempts: row.attempts,
    request_duration_ms: row.latencyMs,
    first_byte_ms: row.firstByteMs ?? null,
    cache_hit: row.cache,
    client: row.client ?? null,
    metadata: { usage: toBuckets(tokens), provenance: row.provenance, changes: [...row.changes] },
  };
}

/** A sum of rows. `name`: the alias of a key. */
export function toSpendSum(sum: LedgerSum, name: string | undefined): SpendSum {
  return {
    group: sum.group ?? null,
    name: name ?? null,
    requests: sum.requests,
    failures: sum.failures,
    unpriced: sum.unpriced,
    spend: toUsd(sum.costNanoUsd),
    cost_nano_usd: String(sum.costNanoUsd),
    ...toCounts(sum.tokens),
    usage: toBuckets(sum.tokens),
  };
}

/** Input and output as OpenAI counts them: what was read from a cache and what was thought are among them. */
function toCounts(tokens: Tokens): Pick<SpendLog, "total_tokens" | "prompt_tokens" | "completion_tokens"> {
  const prompt =
    tokens.uncachedInput +
    tokens.cacheRead +
    tokens.cacheWriteFiveMinutes +
    tokens.cacheWriteOneHour +
    tokens.toolPrompt +
    tokens.audioInput +
    tokens.imageInput +
    tokens.audioCacheRead +
    tokens.imageCacheRead;
  const completion = tokens.output + tokens.reasoning + tokens.audioOutput + tokens.imageOutput;
  return { total_tokens: prompt + completion, prompt_tokens: prompt, completion_tokens: completion };
}

function toBuckets(tokens: Tokens): UsageBuckets {
  return {
    uncached_input: tokens.uncachedInput,
    cache_read: tokens.cacheRead,
    cache_write_five_minutes: tokens.cacheWriteFiveMinutes,
    cache_write_one_hour: tokens.cacheWriteOneHour,
    tool_prompt: tokens.toolPrompt,
    output: tokens.output,
    reasoning: tokens.reasoning,
    audio_input: tokens.audioInput,
    image_input: tokens.imageInput,
    audio_cache_read: tokens.audioCacheRead,
    image_cache_read: tokens.imageCacheRead,
    audio_output: tokens.audioOutput,
    image_output: tokens.imageOutput,
    searches: tokens.searches,
  };
}
