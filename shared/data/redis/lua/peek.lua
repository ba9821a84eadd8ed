#!lua flags=no-writes,allow-oom
-- needs: clock, buckets
-- peek(KEYS, ARGV) -> for each bucket {whole tokens left, ms until full}
--
-- KEYS  buckets
-- ARGV  tokens per ms, capacity of each
local now, found = clock(), {}
for i, key in ipairs(KEYS) do
  local per_ms, capacity = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local tokens = level(key, per_ms, capacity, now)
  found[i] = {math.floor(tokens), math.ceil((capacity - tokens) / per_ms)}
end
return found
