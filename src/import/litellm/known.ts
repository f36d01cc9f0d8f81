/** Words of LiteLLM's that have no counterpart, and what to do instead; by where they stand. */
type Words = Readonly<Record<string, string>>;

const noLimits =
  "deployments have no limits; write `rpm`, `tpm` or `parallel` at the model or at a key, where it is refused";
const ofClient = "request parameters are the client's own: let it send this one";
const ofAccounts = "keys, users, teams and end users have budgets: write them in the file, or ask the admin API";
const ofDatabase =
  "the database has tables of its own, which need no care; `import litellm --database` takes over keys and spend";
const ofLogs = "requests are logged by the gateway itself, and counted at /metrics";
const ofCache = "answers are not kept and given again; the vendors' own caches work as before";
const ofHealth = "see /health and /metrics";
const ofGuards = "there are no guardrails but Bedrock's own, at its provider";
const ofPaths = "the gateway serves its own paths alone";
const ofLogin = "callers are known by keys alone; put a proxy that checks logins in front";
const ofTags = "models are chosen by name alone; give each group a name of its own";
const ofRetries = "a deployment is asked once, then the next; write a second one, or let the client retry";
const ofCooldown = "a deployment that fails is asked again with the next request; there is no pause";
const ofSecrets = "secrets come from the environment or from files";
const byItself = "nothing to do: Specgate does so by itself";

const all = (text: string, ...names: readonly string[]): Words => Object.fromEntries(names.map((name) => [name, text]));

/** Under `litellm_params`. */
export const paramWords: Words = {
  stream_timeout: "`timeouts.first_byte` and `idle` hold for streams and whole answers alike",
  ...all(ofRetries, "max_retries", "num_retries"),
  ...all(
    ofClient,
    ...["temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens", "n", "stop", "seed", "user", "stream"],
    ...["presence_penalty", "frequency_penalty", "response_format", "reasoning_effort", "thinking", "tools"],
    ...["tool_choice", "logit_bias", "logprobs", "top_logprobs", "parallel_tool_calls", "dimensions", "input_type"],
    ...["extra_body", "stream_options", "metadata", "service_tier", "num_ctx", "keep_alive", "modalities", "store"],
    ...["encoding_format", "verbosity", "web_search_options", "min_p", "repetition_penalty", "extra_query"],
  ),
  ...all(noLimits, "rpm", "tpm", "max_parallel_requests"),
  additional_drop_params: "a parameter cannot be dropped by name; `params_deny` refuses it",
  allowed_openai_params: byItself,
  ...all(ofTags, "tags"),
  ...all("budgets are those of keys, users and teams, not of deployments", "max_budget", "budget_duration"),
  ...all(ofCache, "cache_control_injection_points", "caching", "cache", "ttl"),
  mock_response: "`specgate mock` plays upstreams",
  merge_reasoning_content_in_choices: "thoughts come in `reasoning_content`",
  use_in_pass_through: ofPaths,
  litellm_credential_name: "write the credential under `auth` of the provider",
  configurable_clientside_auth_params: "clients cannot say where a provider is, nor with which key it is asked",
  ...all("a model's prompt is the client's own", "prompt_id", "prompt_variables", "messages", "roles"),
  ...all(
    "models speak the vendor's own templates",
    "initial_prompt_value",
    "final_prompt_value",
    "bos_token",
    "eos_token",
  ),
  ...all(ofTags, "auto_router_config", "auto_router_config_path", "auto_router_default_model"),
  ...all("the host goes by the model", "use_litellm_proxy", "litellm_provider"),
  guardrails: ofGuards,
};

/** Under `model_info`. */
export const infoWords: Words = {
  id: "deployments are named by their provider and model",
  access_groups: "name the models at the keys that may use them",
  health_check_model: ofHealth,
  health_check_timeout: ofHealth,
  disable_background_health_check: ofHealth,
  ...all(
    "nothing to do: what a model can is in Specgate's own tables",
    ...["max_tokens", "max_input_tokens", "max_output_tokens", "supported_environments", "litellm_provider"],
    ...["supported_openai_params", "output_vector_size", "supported_endpoints", "supported_regions"],
    ...["supported_modalities", "supported_output_modalities", "key"],
  ),
  ...all(
    "it is information alone, which /v1/models does not show",
    "description",
    "version",
    "metadata",
    "name",
    "team",
  ),
  ...all("name the models at the teams that may use them", "team_id", "team_public_model_name", "team_alias"),
  ...all(ofDatabase, "db_model", "created_at", "created_by", "updated_at", "updated_by"),
  tier: ofTags,
};

export const routerWords: Words = {
  ...all(ofRetries, "num_retries", "max_retries", "retry_after", "retry_policy", "model_group_retry_policy"),
  ...all(ofCooldown, "allowed_fails", "cooldown_time", "disable_cooldowns", "allowed_fails_policy"),
  routing_strategy_args: "deployments are spread by `weight`",
  stream_timeout: "`timeouts.first_byte` and `idle` hold for streams and whole answers alike",
  context_window_fallbacks: "a prompt that is too long is refused; let the client ask a larger model",
  content_policy_fallbacks: "a blocked prompt is refused; let the client ask another model",
  max_fallbacks: "every deployment of a model is asked once",
  ...all(ofTags, "enable_tag_filtering", "tag_filtering_match_any"),
  ...all(ofCache, "cache_responses", "caching_groups", "cache_kwargs", "client_ttl", "enable_weighted_failover"),
  default_max_parallel_requests: noLimits,
  default_priority: "requests are served as they come",
  polling_interval: "requests are served as they come",
  default_litellm_params: ofClient,
  provider_budget_config: ofAccounts,
  alerting_config: ofHealth,
  assistants_config: ofPaths,
  search_tools: ofPaths,
  guardrail_list: ofGuards,
  set_verbose: "write `log: { level: debug }`",
  debug_level: "write `log: { level: debug }`",
  ignore_invalid_deployments: "a mistake in the file stops the start",
};

export const settingWords: Words = {
  ...all(ofRetries, "num_retries", "num_retries_per_request", "retry"),
  ...all(ofCooldown, "allowed_fails", "cooldown_time"),
  context_window_fallbacks: routerWords["context_window_fallbacks"] ?? "",
  content_policy_fallbacks: routerWords["content_policy_fallbacks"] ?? "",
  ...all(ofCache, "cache", "cache_params", "enable_caching_on_provider_specific_optional_params", "caching"),
  ...all(ofLogs, "success_callback", "failure_callback", "callbacks", "service_callbacks", "audit_log_callbacks"),
  ...all(
    ofLogs,
    ...[
      "langfuse_default_tags",
      "langsmith_batch_size",
      "callback_settings",
      "store_audit_logs",
      "log_raw_request_response",
    ],
    ...[
      "custom_prometheus_metadata_labels",
      "custom_prometheus_tags",
      "prometheus_metrics_config",
      "s3_callback_params",
    ],
    ...[
      "prometheus_initialize_budget_metrics",
      "datadog_params",
      "gcs_pub_sub_use_v1",
      "require_auth_for_metrics_endpoint",
    ],
  ),
  ...all(
    ofAccounts,
    ...["max_budget", "budget_duration", "max_end_user_budget_id", "max_internal_user_budget"],
    ...["internal_user_budget_duration", "max_user_budget", "default_internal_user_params", "default_team_params"],
    ...["default_team_settings", "max_ui_session_budget"],
    ...["key_generation_settings", "default_max_internal_user_budget", "default_internal_user_budget_duration"],
    ...["disable_end_user_cost_tracking", "disable_end_user_cost_tracking_prometheus_only"],
    ...["default_user_params", "public_model_groups", "enable_key_alias_format_validation"],
  ),
  ...all(byItself, "modify_params", "enable_preview_features", "add_function_to_prompt", "telemetry"),
  ...all("nothing of a request is logged but its size and its model", "turn_off_message_logging"),
  ...all("keys never show in logs", "redact_user_api_key_info", "redact_messages_in_exceptions"),
  ...all(ofGuards, "guardrails", "presidio_ad_hoc_recognizers", "output_parse_pii", "llm_guard_mode"),
  ...all("write the models under `models` and `aliases`", "model_alias_map", "custom_provider_map"),
  ...all("each provider has a base URL of its own", "api_base"),
  ...all("each provider has a credential of its own", "api_key", "credential_list", "headers", "organization"),
  ...all("the system decides between IPv4 and IPv6", "force_ipv4", "disable_aiohttp_transport", "network_mock"),
  ...all(
    "certificates are always checked; name the authority by `tls.ca_file`",
    "ssl_security_level",
    "ssl_certificate",
  ),
  ...all(ofTags, "tag_budget_config", "enable_azure_ad_token_refresh"),
  ...all(ofPaths, "mcp_aliases", "mcp_semantic_tool_filter", "forward_traceparent_to_llm_provider", "blog_posts"),
  ...all(ofClient, "extra_spend_tag_headers", "always_include_stream_usage", "default_in_memory_ttl"),
  ...all(ofClient, "use_chat_completions_url_for_anthropic_messages", "disable_add_prefix_to_prompt"),
  ...all(byItself, "enable_json_schema_validation", "disable_hf_tokenizer_download"),
  ...all(byItself, "disable_copilot_system_to_assistant", "disable_stop_sequence_limit", "suppress_debug_info"),
};

export const generalWords: Words = {
  store_prompts_in_spend_logs: "write `ledger: { content: { retention: 30d } }`, and `content: true` at keys",
  ...all(
    ofDatabase,
    ...["database_connection_pool_limit", "database_connection_timeout", "database_type"],
    ...["store_model_in_db", "disable_spend_logs", "disable_spend_updates"],
    ...["proxy_batch_write_at", "allow_requests_on_db_unavailable", "use_redis_transaction_buffer"],
    ...["disable_reset_budget", "disable_adding_master_key_hash_to_db"],
    ...["maximum_spend_logs_retention_interval", "supported_db_objects", "disable_prisma_schema_update"],
    ...["disable_error_logs", "proxy_budget_rescheduler_min_time", "proxy_budget_rescheduler_max_time"],
    ...["enable_health_check_routing", "dynamodb_args", "database_args"],
  ),
  ...all(
    "budgets that run out are told to `alerts.webhook`; for all else let Prometheus watch /metrics",
    ...[
      "alerting",
      "alerting_threshold",
      "alert_types",
      "alert_to_webhook_url",
      "alerting_args",
      "spend_report_frequency",
    ],
  ),
  ...all(
    ofLogin,
    ...[
      "custom_auth",
      "custom_auth_settings",
      "enable_jwt_auth",
      "litellm_jwtauth",
      "enable_oauth2_auth",
      "ui_access_mode",
    ],
    ...["enable_oauth2_proxy_auth", "oauth2_config_mappings", "allowed_routes", "public_routes", "admin_only_routes"],
    ...["allowed_ips", "use_x_forwarded_for", "custom_sso", "custom_ui_sso_sign_in_handler", "default_user_id"],
    ...[
      "disable_master_key_return",
      "custom_key_generate",
      "enforce_user_param",
      "enforced_params",
      "user_header_name",
    ],
    ...["user_header_mappings", "litellm_key_header_name", "require_key_for_models", "token_rate_limit_type"],
    ...["infer_model_from_keys", "reject_clientside_metadata_tags", "allow_user_auth", "allow_client_side_credentials"],
  ),
  ...all(ofPaths, "pass_through_endpoints", "use_client_credentials_pass_through_routes", "mcp_internal_ip_ranges"),
  ...all(ofPaths, "user_mcp_management_mode", "mcp_client_side_auth_header_name", "disable_responses_id_security"),
  ...all(
    ofHealth,
    "background_health_checks",
    "health_check_interval",
    "health_check_details",
    "use_shared_health_check",
  ),
  ...all(noLimits, "max_parallel_requests", "global_max_parallel_requests"),
  ...all(noLimits, "disable_retry_on_max_parallel_request_limit_error"),
  ...all("answers have no size of their own here", "max_response_size_mb"),
  ...all("headers of clients stay here, but those that are known to be meant", "forward_client_headers_to_llm_api"),
  ...all("headers of clients stay here", "forward_openai_org_id", "add_user_information_to_llm_headers"),
  ...all(ofSecrets, "key_management_system", "key_management_settings", "use_google_kms", "use_azure_key_vault"),
  ...all(ofSecrets, "use_aws_secret_manager", "google_kms_resource_name"),
  ...all("the port of the new file is 4000; write `server.port`", "port"),
  ...all(ofCache, "coordination_redis", "batch_size"),
  ...all("settings stand in the file alone", "config_reload_interval", "disable_model_config_credential_override"),
};

/** At the top of the file, beside the sections that are read. */
export const topWords: Words = {
  include: "import that file on its own, and put its providers and models into this one",
  callback_settings: ofLogs,
  guardrails: ofGuards,
  mcp_servers: ofPaths,
  mcp_tools: ofPaths,
  vector_store_registry: ofPaths,
  search_tools: ofPaths,
  files_settings: ofPaths,
  finetune_settings: ofPaths,
  assistant_settings: ofPaths,
  prompts: ofPaths,
  agent_list: ofPaths,
  policies: ofGuards,
  policy_attachments: ofGuards,
  credential_list: "write the credential under `auth` of the provider",
  worker_registry: ofPaths,
  default_vertex_config: "write the project and location at the provider",
};

/** Any capability, as `supports_vision`. */
export const capability = "nothing to do: what a model can is in Specgate's own tables";
