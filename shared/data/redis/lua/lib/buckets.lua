-- A token bucket is a hash: tokens, how many were left; at, when, in ms.
-- Two are asked together, and give together or not at all: a refused request consumes nothing.

-- level(key, tokens per ms, capacity, now) -> tokens that the bucket holds by now
local function level(key, per_ms, capacity, now)
  local held = redis.call('HMGET', key, 'tokens', 'at')
  if not held[1] then
    return capacity
  end
  return math.min(capacity, held[1] + math.max(0, now - held[2]) * per_ms)
end

-- take(keys, tokens per ms, capacity, now)
--   -> {granted 0|1, whole tokens left, ms until full, ms until one more could be had}
local function take(keys, per_ms, capacity, now)
  local least = capacity
  local levels = {}
  for i, key in ipairs(keys) do
    levels[i] = level(key, per_ms, capacity, now)
    least = math.min(least, levels[i])
  end
  if least < 1 then
    return {0, 0, math.ceil((capacity - least) / per_ms), math.ceil((1 - least) / per_ms)}
  end
  for i, key in ipairs(keys) do
    redis.call('HSET', key, 'tokens', tostring(levels[i] - 1), 'at', now)
    redis.call('PEXPIRE', key, math.ceil(capacity / per_ms) + 1000)
  end
  return {1, math.floor(least - 1), math.ceil((capacity - least + 1) / per_ms), 0}
end
