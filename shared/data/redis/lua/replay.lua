#!lua flags=allow-oom
-- needs: clock, buckets, sessions
-- replay(KEYS, ARGV) -> {verdict, now, {granted, left, ms until full, ms until one}, job id}
--
-- KEYS  1 to 3 as the gate's   4 idempotency
-- ARGV  1 to 6 as the gate's   7 digest of the body
--
-- Was this request accepted before? It is then answered as `admit` answers it, even if what it names
-- is gone meanwhile. If not, nothing is taken.
local now, kind = clock(), ARGV[1]
if not is_known(KEYS[1], kind, ARGV[5], ARGV[6]) then
  return {'unauthenticated', now, {0, 0, 0, 0}, ''}
end
local seen = redis.call('HMGET', KEYS[4], 'job', 'body')
if not seen[1] then
  return {'unknown', now, {0, 0, 0, 0}, ''}
end
local allowance = take({KEYS[2], KEYS[3]}, tonumber(ARGV[3]), tonumber(ARGV[4]), now)
if allowance[1] == 0 then
  return {'limited', now, allowance, ''}
end
enter(KEYS[1], kind, ARGV[2], now)
return {seen[2] == ARGV[7] and 'replayed' or 'mismatch', now, allowance, seen[1]}
