/** A model of every family that is told apart, by the names that Bedrock gives them. */
export const served: readonly string[] = [
  ...["amazon.nova-micro-v1:0", "amazon.nova-lite-v1:0", "us.amazon.nova-pro-v1:0", "us.amazon.nova-premier-v1:0"],
  ...["us.amazon.nova-2-lite-v1:0", "us.amazon.nova-2-omni-v1:0", "amazon.titan-text-express-v1"],
  ...["meta.llama3-8b-instruct-v1:0", "us.meta.llama3-1-8b-instruct-v1:0", "us.meta.llama3-1-70b-instruct-v1:0"],
  ...["us.meta.llama3-2-1b-instruct-v1:0", "us.meta.llama3-2-11b-instruct-v1:0", "us.meta.llama3-3-70b-instruct-v1:0"],
  ...[
    "us.meta.llama4-scout-17b-instruct-v1:0",
    "mistral.mistral-7b-instruct-v0:2",
    "mistral.mixtral-8x7b-instruct-v0:1",
  ],
  ...["mistral.mistral-large-2402-v1:0", "mistral.mistral-small-2402-v1:0", "us.mistral.pixtral-large-2502-v1:0"],
  ...["mistral.mistral-large-3-675b-instruct", "mistral.ministral-3-8b-instruct", "mistral.magistral-small-2509"],
  ...["mistral.voxtral-small-24b-2507", "mistral.devstral-2-123b", "us.deepseek.r1-v1:0", "deepseek.v3.2"],
  ...["cohere.command-r-plus-v1:0", "cohere.command-text-v14", "ai21.jamba-1-5-large-v1:0", "ai21.jamba-instruct-v1:0"],
  ...["openai.gpt-oss-120b-1:0", "qwen.qwen3-32b-v1:0", "qwen.qwen3-coder-480b-a35b-v1:0", "qwen.qwen3-next-80b-a3b"],
  ...["qwen.qwen3-vl-235b-a22b", "minimax.minimax-m2", "moonshot.kimi-k2-thinking", "moonshotai.kimi-k2.5"],
  ...["zai.glm-4.7", "google.gemma-3-12b-it", "nvidia.nemotron-nano-9b-v2", "nvidia.nemotron-nano-12b-v2"],
];
