-- A chat request of 1.1 KB, to the model MODEL names.
local text = string.rep("The quick brown fox jumps over the lazy dog. ", 20)
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
local model = os.getenv("MODEL") or "gemini-2.5-flash"
wrk.body = '{"model":"' .. model .. '","temperature":0.5,"max_tokens":4096,"messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"' .. text .. '"}]}'
