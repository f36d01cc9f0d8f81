import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { streams } from "./streams.ts";

const said =
  "Hello there, this is a fixed answer from the upstream for measuring the gateway, long enough to look real.";

const completion = {
  id: "chatcmpl-fixed",
  object: "chat.completion",
  created: 1790000000,
  model: "gpt-4o-2024-08-06",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: said, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: {
    prompt_tokens: 250,
    completion_tokens: 22,
    total_tokens: 272,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  },
  service_tier: "default",
  system_fingerprint: "fp_fixed",
};

const generated = {
  candidates: [{ content: { role: "model", parts: [{ text: said }] }, finishReason: "STOP" }],
  usageMetadata: { promptTokenCount: 250, candidatesTokenCount: 22, totalTokenCount: 272, trafficType: "ON_DEMAND" },
  modelVersion: "gemini-2.5-flash",
  createTime: "2026-11-21T00:00:00Z",
  responseId: "abcdefghijk",
};

/**
 * Writes what nginx needs to play an upstream with fixed answers, faster than anything before it: OpenAI's under `/v1/`,
 * Claude's and Bedrock's streams where they are called, Gemini's answers elsewhere, and under `/idle/` streams that
 * `idlePort` leaves hanging.
 *
 * @returns the file of its configuration
 */
export function writeUpstream(folder: string, port: number, idlePort: number): string {
  mkdirSync(join(folder, "answers"), { recursive: true });
  for (const [name, { bytes }] of Object.entries(streams)) writeFileSync(join(folder, "answers", name), bytes);
  const file = join(folder, "nginx.conf");
  writeFileSync(file, configuration(folder, port, idlePort));
  return file;
}

function configuration(folder: string, port: number, idlePort: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${one};`);
  return `worker_processes 1;
master_process off;
worker_rlimit_nofile 16384;
daemon off;
pid nginx.pid;
error_log stderr;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 10000000;
  keepalive_timeout 600s;
  client_body_buffer_size 512k;
  client_max_body_size 10m;
  open_file_cache max=10 inactive=600s;
  ${temporary.join("\n  ")}
  server {
    listen 127.0.0.1:${port};
    location /idle/ {
      proxy_pass http://127.0.0.1:${idlePort};
      proxy_http_version 1.1;
      proxy_buffering off;
    }
    location /v1/ {
      default_type application/json;
      return 200 '${JSON.stringify(completion)}';
    }
    ${streamLocations(folder)}
    location / {
      default_type application/json;
      return 200 '${JSON.stringify(generated)}';
    }
  }
}
`;
}

/** Which calls are answered with which stream. */
const streamed: readonly (readonly [called: string, stream: keyof typeof streams])[] = [
  ["~ :streamGenerateContent$", "gemini"],
  ["= /v1/messages", "claude"],
  ["~ /invoke-with-response-stream$", "invoked"],
  ["~ /converse-stream$", "conversed"],
];

function streamLocations(folder: string): string {
  const calls = streamed.map(
    ([called, stream]) => `location ${called} {
      # A file answers GET alone; the redirect inside makes one of it.
      error_page 405 =200 /answers/${stream};
      return 405;
    }`,
  );
  const files = Object.entries(streams).map(
    ([name, { type }]) => `location = /answers/${name} {
      internal;
      root ${folder};
      types { }
      default_type ${type};
    }`,
  );
  return [...calls, ...files].join("\n    ");
}
