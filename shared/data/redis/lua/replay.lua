#!lua flags=allow-oom
-- needs: clock, buckets, sessions
-- replay(KEYS, ARGV) -> {verdict, now, {granted, left, ms until full, ms until one}, job id}
--
-- KEYS  1 session   2 caller's bucket   3 address's bucket   4 idempotency
-- ARGV  1 is new 0|1   2 session's time to live in ms   3 tokens per ms   4 capacity
--       5 digest of the body
--
-- Was this request accepted before? It is then answered as `admit` answers it, even if what it names
-- is gone meanwhile. If not, nothing is taken.
local now, is_new = clock(), ARGV[1] == '1'
if not is_known(KEYS[1], is_new) then
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
enter(KEYS[1], is_new, ARGV[2], now)
return {seen[2] == ARGV[5] and 'replayed' or 'mismatch', now, allowance, seen[1]}
