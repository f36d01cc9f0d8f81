-- A chat request of 1.1 KB.
local text = string.rep("The quick brown fox jumps over the lazy dog. ", 20)
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"model":"gemini-2.5-flash","temperature":0.5,"max_tokens":256,"messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"' .. text .. '"}]}'
