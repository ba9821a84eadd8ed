#!lua flags=allow-oom
-- needs: clock, buckets, sessions
-- gate(KEYS, ARGV) -> {verdict, now, {granted, left, ms until full, ms until one}}
--
-- KEYS  1 session, or what was ended of a user's logins   2, 3 buckets (may be the same)
-- ARGV  1 who asks (see sessions.lua)   2 session's time to live in ms   3 tokens per ms   4 capacity
--       5 login id or ''   6 when the token was issued in ms
--
-- What every request but a submission passes: may they come in, and is there a token left?
local now, kind = clock(), ARGV[1]
if not is_known(KEYS[1], kind, ARGV[5], ARGV[6]) then
  return {'unauthenticated', now, {0, 0, 0, 0}}
end
local allowance = take({KEYS[2], KEYS[3]}, tonumber(ARGV[3]), tonumber(ARGV[4]), now)
if allowance[1] == 0 then
  return {'limited', now, allowance}
end
enter(KEYS[1], kind, ARGV[2], now)
return {'passed', now, allowance}
