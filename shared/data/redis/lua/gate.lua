#!lua flags=allow-oom
-- needs: clock, buckets, sessions
-- gate(KEYS, ARGV) -> {verdict, now, {granted, left, ms until full, ms until one}}
--
-- KEYS  1 session   2 caller's bucket   3 address's bucket
-- ARGV  1 is new 0|1   2 session's time to live in ms   3 tokens per ms   4 capacity
--
-- What every request but a submission passes: is the session alive, and is there a token left?
local now, is_new = clock(), ARGV[1] == '1'
if not is_known(KEYS[1], is_new) then
  return {'unauthenticated', now, {0, 0, 0, 0}}
end
local allowance = take({KEYS[2], KEYS[3]}, tonumber(ARGV[3]), tonumber(ARGV[4]), now)
if allowance[1] == 0 then
  return {'limited', now, allowance}
end
enter(KEYS[1], is_new, ARGV[2], now)
return {'passed', now, allowance}
