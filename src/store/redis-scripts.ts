import { createHash } from "node:crypto";

/** A script that the server runs as one step. */
export interface Script {
  readonly lua: string;
  /** What EVALSHA knows it by. */
  readonly sha: string;
}

function toScript(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/**
 * KEYS: the value's. ARGV: 1 or 0 for whether something is expected, what is expected, the value, its ttl in ms.
 * Answers 1 when the value was kept, else 0.
 */
export const compareAndSet: Script = toScript(`
local value = redis.call("GET", KEYS[1])
if ARGV[1] == "1" then
  if value ~= ARGV[2] then return 0 end
elseif value then
  return 0
end
redis.call("SET", KEYS[1], ARGV[3], "PX", ARGV[4])
return 1
`);

/**
 * KEYS: one per check. ARGV: the lease's id, then per check: its kind, how much is taken, the limit, the window or ttl
 * in ms, and when the window of a rate ends, in ms, where only that one is meant, else nothing. A rate is a number; a
 * set of slots is sorted by when each one ends.
 * Answers 0 or the number of the first check that refused, then per check what remains and when it resets, in ms.
 */
export const acquire: Script = toScript(`
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function look(at)
  local key = KEYS[at]
  local limit = tonumber(ARGV[5 * at - 1])
  local used, resets = 0, 0
  if ARGV[5 * at - 3] == "rate" then
    used = tonumber(redis.call("GET", key) or "0")
    resets = math.max(0, redis.call("PTTL", key))
  else
    redis.call("ZREMRANGEBYSCORE", key, "-inf", now)
    used = redis.call("ZCARD", key)
    local first = redis.call("ZRANGE", key, 0, 0, "WITHSCORES")
    if first[2] then resets = tonumber(first[2]) - now end
  end
  return used, math.max(0, limit - used), resets
end

local function takes(at, resets)
  local take, ends = ARGV[5 * at - 2], tonumber(ARGV[5 * at + 1])
  if ends and (resets == 0 or 2 * math.abs(resets - ends) > tonumber(ARGV[5 * at])) then return "0" end
  return take
end

local reply = { 0 }
local taken = {}
for at = 1, #KEYS do
  local used, left, resets = look(at)
  taken[at] = takes(at, resets)
  local take = tonumber(taken[at])
  if reply[1] == 0 and take > 0 and used + take > tonumber(ARGV[5 * at - 1]) then reply[1] = at end
  reply[2 * at], reply[2 * at + 1] = left, resets
end
if reply[1] ~= 0 then return reply end

for at = 1, #KEYS do
  local key, take, ttl = KEYS[at], taken[at], ARGV[5 * at]
  if ARGV[5 * at - 3] == "slot" then
    redis.call("ZADD", key, now + tonumber(ttl), ARGV[1])
    if redis.call("PTTL", key) < tonumber(ttl) then redis.call("PEXPIRE", key, ttl) end
  elseif tonumber(take) > 0 then
    if redis.call("EXISTS", key) == 1 then
      redis.call("INCRBY", key, take)
    else
      redis.call("SET", key, take, "PX", ttl)
    end
  elseif tonumber(take) < 0 then
    local used = tonumber(redis.call("GET", key) or "0")
    local back = math.min(used, -tonumber(take))
    if back > 0 then redis.call("DECRBY", key, back) end
  end
  local _, left, resets = look(at)
  reply[2 * at], reply[2 * at + 1] = left, resets
end
return reply
`);

/** KEYS: sets of slots. ARGV: the lease's id, and how long it holds from now, in ms. */
export const renew: Script = toScript(`
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for at = 1, #KEYS do
  redis.call("ZADD", KEYS[at], now + tonumber(ARGV[2]), ARGV[1])
  if redis.call("PTTL", KEYS[at]) < tonumber(ARGV[2]) then redis.call("PEXPIRE", KEYS[at], ARGV[2]) end
end
return 1
`);
