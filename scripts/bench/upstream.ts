import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How many events a measured stream has. */
export const streamEvents = 181;

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

function streamed(): string {
  const events = Array.from({ length: streamEvents }, (_, at) => {
    const last = at === streamEvents - 1 ? { finishReason: "STOP" } : {};
    return {
      candidates: [{ content: { role: "model", parts: [{ text: `chunk ${at} ` }] }, ...last }],
      usageMetadata: { ...generated.usageMetadata, candidatesTokenCount: at + 1, totalTokenCount: 251 + at },
      modelVersion: generated.modelVersion,
      createTime: generated.createTime,
      responseId: generated.responseId,
    };
  });
  return events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join("");
}

/**
 * Writes what nginx needs to play an upstream with fixed answers, faster than anything before it: OpenAI's under `/v1/`,
 * Gemini's elsewhere, and under `/idle/` streams that `idlePort` leaves hanging.
 *
 * @returns the file of its configuration
 */
export function writeUpstream(folder: string, port: number, idlePort: number): string {
  mkdirSync(join(folder, "answers"), { recursive: true });
  writeFileSync(join(folder, "answers/stream"), streamed());
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
    location ~ :streamGenerateContent$ {
      # A file answers GET alone; the redirect inside makes one of it.
      error_page 405 =200 /answers/stream;
      return 405;
    }
    location = /answers/stream {
      internal;
      root ${folder};
      types { }
      default_type text/event-stream;
    }
    location / {
      default_type application/json;
      return 200 '${JSON.stringify(generated)}';
    }
  }
}
`;
}
